package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a volume is read, put back and counted: by GNU tar in a container that has it at {@link
 * #FOLDER}. Names are sorted, so that two equal folders make the same archive.
 */
public final class TarTool implements Comparison {
  /** Where the volume, or the copy of one, is in a tool's container. */
  public static final String FOLDER = "/volume";

  public static final String FORMAT = "tar";

  private static final String TAR = "tar";

  /** What a copy leaves free: applications write to that disk too. */
  private static final long SPARE = 256L << 20;

  /** The last line: type, blocks, used, available, share, place. */
  private static final Pattern ROOM =
      Pattern.compile("(\\S+) +(\\d{1,15}|-) +(?:\\d+|-) +(\\d{1,15}|-) +(?:\\d+%|-) +\\S*\\s*$");

  /** They compress or share what they keep: nobody can tell beforehand what a copy takes. */
  private static final Set<String> COMPRESSING = Set.of("zfs", "btrfs", "bcachefs");

  private static final Pattern TAKEN = Pattern.compile("^(\\d{1,15})\\s");
  private static final Map<String, String> ENV = Map.of("LC_ALL", "C");

  private static final List<String> BOTH_WAYS =
      List.of(
          "--file=-",
          "--directory=" + FOLDER,
          "--numeric-owner",
          "--acls",
          "--xattrs",
          "--xattrs-include=user.*");

  /** When a file was last read is nobody's content, and reading changes it. */
  private static final List<String> TAKING =
      List.of(
          TAR,
          "--create",
          "--format=posix",
          "--pax-option=delete=atime,delete=ctime",
          "--sort=name");

  private static final List<String> PUTTING =
      List.of(TAR, "--extract", "--same-owner", "--same-permissions", "--delay-directory-restore");

  /** Which tar it is: {@code tar (GNU tar) 1.35}. */
  public String version(Bench bench) {
    return bench.print(TAR, List.of(TAR, "--version"), ENV).lines().findFirst().orElse(TAR);
  }

  /** Begins to read the folder. */
  public TarDump dump(Bench bench, String version) {
    return new TarDump(bench.start(TAR, taking(), ENV, false), version);
  }

  private static List<String> taking() {
    List<String> command = new ArrayList<>(TAKING);
    command.addAll(BOTH_WAYS);
    command.add(".");
    return command;
  }

  /**
   * Looks whether an archive would fit in the place of what is in the folder, before anything is
   * written: a disk that a copy fills is full for everybody.
   *
   * @param bytes of the archive
   * @throws Problem {@code disk_full}
   */
  public void mustFit(Bench bench, long bytes) {
    Matcher disk = told(ROOM, bench.print("df", List.of("df", "-P", "-T", "-k", FOLDER), ENV));
    if (COMPRESSING.contains(disk.group(1))
        || !counts(disk.group(2))
        || disk.group(3).equals("-")) {
      return;
    }
    String held = bench.print("du", List.of("du", "-s", "-k", "-x", FOLDER), ENV);
    long room = kilobytes(disk.group(3)) + kilobytes(told(TAKEN, held).group(1));
    if (room < bytes + SPARE) {
      throw Problem.failed(
          "disk_full",
          "The copy takes %d MB, and there is room for %d MB where it would lie, of which %d MB stay free."
              .formatted(megabytes(bytes), megabytes(room), megabytes(SPARE)),
          "Free space on the disk of the engine's volumes: `docker system df` and GET"
              + " /api/housekeeping show what takes it. Then try again.");
    }
  }

  /** Some file systems, of a network for the most part, say that they have no blocks at all. */
  private static boolean counts(String blocks) {
    return !blocks.equals("-") && Long.parseLong(blocks) > 0;
  }

  private static Matcher told(Pattern figures, String said) {
    Matcher found = figures.matcher(said);
    if (!found.find()) {
      throw Problem.failed(
          "tool_failed",
          "The image of the tools does not tell how much room there is: " + said.strip(),
          "Name an image with GNU's programs with SLIPWAY_VOLUME_TOOL_IMAGE, such as"
              + " debian:stable-slim.");
    }
    return found;
  }

  private static long kilobytes(String figure) {
    return Long.parseLong(figure) << 10;
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** Removes all that is in the folder. */
  public void empty(Bench bench) {
    bench.print("find", List.of("find", FOLDER, "-xdev", "-mindepth", "1", "-delete"), ENV);
  }

  /** Puts an archive into the folder, which should be empty. */
  public void fill(Bench bench, InputStream content) throws IOException {
    List<String> command = new ArrayList<>(PUTTING);
    command.addAll(BOTH_WAYS);
    try (var run = bench.start(TAR, command, ENV, true)) {
      run.feed(content);
    }
  }

  /** What the folder holds. */
  public Restored count(Bench bench) throws IOException {
    try (var dump = dump(bench, TAR)) {
      dump.content().transferTo(java.io.OutputStream.nullOutputStream());
      Taken taken = dump.confirm();
      return new Restored(taken.counts(), taken.digests());
    }
  }

  @Override
  public List<String> differences(Manifest manifest, Restored restored) {
    List<String> differences =
        new ArrayList<>(Differences.of(manifest.counts(), restored.counts()));
    manifest
        .digests()
        .forEach((name, digest) -> {
          String there = restored.digests().get(name);
          if (there == null) {
            differences.add(name + ": missing");
          } else if (!there.equals(digest)) {
            differences.add(name + ": another content");
          }
        });
    restored.digests().keySet().stream()
        .filter(name -> !manifest.digests().containsKey(name))
        .forEach(name -> differences.add(name + ": was never there"));
    return differences;
  }

  /** Whoever takes a volume has counted it. */
  @Override
  public Manifest learnt(Manifest manifest, Restored restored) {
    return manifest;
  }
}
