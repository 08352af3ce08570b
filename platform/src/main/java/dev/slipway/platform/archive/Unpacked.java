package dev.slipway.platform.archive;

/**
 * What an archive holds.
 *
 * @param files files and links
 * @param bytes of the files
 */
public record Unpacked(int files, long bytes) {}
