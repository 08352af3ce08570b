package dev.slipway.docker;

/** What the engine's things take, in bytes, everybody's included. */
public record DiskUsage(
    long imageBytes, long containerBytes, long volumeBytes, long buildCacheBytes) {}
