package dev.slipway.platform.archive;

import java.time.Duration;

/**
 * What unpacking an archive may cost.
 *
 * @param treeBytes all its files
 * @param entries files, folders and links, folders that are only named in paths included
 * @param depth folders within each other
 * @param ratio bytes of files for each byte of archive, beyond the first 64 MiB
 * @param time from the first byte to the last
 */
public record ArchiveLimits(long treeBytes, int entries, int depth, int ratio, Duration time) {
  /** 2 GiB, 200,000 entries, 64 folders, 100 to 1, 2 minutes. */
  public static final ArchiveLimits DEFAULTS =
      new ArchiveLimits(2L << 30, 200_000, 64, 100, Duration.ofMinutes(2));
}
