package dev.slipway.builder.source;

import java.time.Duration;

/**
 * What a source may cost.
 *
 * @param fetchTime a whole fetch, whatever the remote does
 * @param silence the longest wait for the next byte of a remote
 * @param mirrorBytes the mirror of one repository
 * @param treeBytes the files of one work tree, submodules included
 * @param files the files and directories of one work tree, submodules included
 * @param submodules of one work tree, nested ones included
 * @param submoduleDepth how deep they may be nested
 */
public record SourceLimits(
    Duration fetchTime,
    Duration silence,
    long mirrorBytes,
    long treeBytes,
    int files,
    int submodules,
    int submoduleDepth) {

  /** 5 minutes, 30 s, 4 GiB, 2 GiB, 200,000 files, 50 submodules 5 deep. */
  public static SourceLimits defaults() {
    return new SourceLimits(
        Duration.ofMinutes(5), Duration.ofSeconds(30), 4L << 30, 2L << 30, 200_000, 50, 5);
  }
}
