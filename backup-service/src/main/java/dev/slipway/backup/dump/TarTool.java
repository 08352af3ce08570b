package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a volume is read, put back and counted: by GNU tar in a container that has it at {@link
 * #FOLDER}. Names are sorted, so that two equal folders make the same archive.
 */
public final class TarTool implements Comparison {
  /** Where the volume, or the copy of one, is in a tool's container. */
  public static final String FOLDER = "/volume";

  public static final String FORMAT = "tar";

  private static final String TAR = "tar";
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
