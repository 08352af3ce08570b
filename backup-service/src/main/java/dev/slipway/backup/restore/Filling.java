package dev.slipway.backup.restore;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.RedisReplica;
import dev.slipway.backup.dump.Restored;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.run.Progress;
import dev.slipway.backup.stream.Digest;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.backup.verify.Expected;
import dev.slipway.backup.verify.Prover;
import dev.slipway.backup.verify.ScratchServer;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts a backup into a server and compares.
 *
 * @param like what a scratch server of the backup is like, where one is needed
 * @param only tables or databases; empty: all
 */
record Filling(
    Site site,
    DatabaseServer target,
    DatabaseServer like,
    Expected expected,
    List<String> only,
    Prover prover,
    Duration patience) {

  private Bench bench() {
    return new Bench(site.beside(target), target.engine(), patience);
  }

  private DumpTool tool() {
    return DumpTool.of(target.engine());
  }

  /** What of these parts is in the target already. */
  SortedMap<String, Long> there() {
    try (var bench = bench()) {
      SortedMap<String, Long> counts = new TreeMap<>(tool().count(bench, target).counts());
      counts.keySet().removeIf(name -> !only.isEmpty() && !tool().covers(only, name));
      return counts;
    }
  }

  /**
   * Fills it.
   *
   * @param replace what is there may go
   */
  void fill(OpenedBackup content, boolean replace, Progress progress) throws IOException {
    if (tool().loadsAtStart()) {
      follow(content, progress);
    } else {
      try (var bench = bench()) {
        tool().fill(bench, target, progress.counting(content), only, replace);
      }
    }
    mustBeWhatWasStored(expected.manifest(), content.readToEnd());
  }

  /** The tool read to where it wanted; the rest, and the whole's hash, are looked at here. */
  static void mustBeWhatWasStored(Manifest manifest, Digest found) {
    if (!found.equals(new Digest(manifest.plainBytes(), manifest.plainSha256()))) {
      throw Problem.failed(
          "backup_corrupt",
          "What lies at the destination is another content than the one that was stored.",
          "Somebody replaced the object. Use another backup, and see who may write there.");
    }
  }

  private void follow(OpenedBackup content, Progress progress) throws IOException {
    if (!target.ours() || !only.isEmpty()) {
      throw new Problem(
          422,
          "restore_part_unsupported",
          "Not by this tool",
          "A snapshot of Redis is restored as a whole, into a server that Slipway runs.",
          "Restore it into a new database, and copy the keys from there.",
          List.of(),
          null);
    }
    var order = prover.order(like, tool(), expected.manifest(), target.networks());
    try (var scratch = ScratchServer.holding(site, order, progress.counting(content));
        var bench = bench()) {
      new RedisReplica(bench, target).follow(scratch.name(), scratch.address(), patience);
    }
  }

  /** Takes the target out of what an attempt left it in. */
  void release() {
    if (tool().loadsAtStart()) {
      try (var bench = bench()) {
        new RedisReplica(bench, target).release();
      }
    }
  }

  void compare() {
    Restored found;
    try (var bench = bench()) {
      found = tool().count(bench, target);
    }
    List<String> differences =
        expected
            .with(limited(expected.manifest()))
            .differences(tool(), new Restored(limited(found.counts()), new TreeMap<>()));
    if (!differences.isEmpty()) {
      throw Problem.failed(
          "restore_counts_differ",
          "The server does not hold what was backed up. "
              + String.join("; ", differences.subList(0, Math.min(10, differences.size())))
              + ".",
          "Do not use what was restored; verify the backup, and restore another one.");
    }
  }

  private SortedMap<String, Long> limited(SortedMap<String, Long> counts) {
    SortedMap<String, Long> limited = new TreeMap<>(counts);
    limited.keySet().removeIf(name -> !only.isEmpty() && !tool().covers(only, name));
    return limited;
  }

  private Manifest limited(Manifest all) {
    return new Manifest(
        all.format(),
        all.tool(),
        all.serverVersion(),
        all.takenAt(),
        limited(all.counts()),
        all.digests(),
        all.plainBytes(),
        all.plainSha256(),
        all.storedBytes(),
        all.storedSha256(),
        all.compression(),
        all.keyId(),
        all.tookMillis());
  }
}
