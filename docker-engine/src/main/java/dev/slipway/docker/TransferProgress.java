package dev.slipway.docker;

/**
 * How far a pull or push is.
 *
 * @param layer short id of the layer, empty for news of the whole image
 * @param status the engine's words, such as {@code Downloading}
 * @param doneBytes of this layer, 0 when not counted
 * @param totalBytes of this layer, 0 when unknown
 */
public record TransferProgress(String layer, String status, long doneBytes, long totalBytes) {}
