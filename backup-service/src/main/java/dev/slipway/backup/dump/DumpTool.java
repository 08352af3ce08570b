package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.database.DatabaseEngine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How one engine is dumped, put back and counted, by its own tools. */
public interface DumpTool extends Comparison {

  static DumpTool of(DatabaseEngine engine) {
    return switch (engine) {
      case POSTGRESQL -> new PostgresTool();
      case MARIADB -> SqlTool.mariadb();
      case MYSQL -> SqlTool.mysql();
      case MONGODB -> new MongoTool();
      case REDIS -> new RedisTool("redis-cli");
      case VALKEY -> new RedisTool("valkey-cli");
    };
  }

  /** What a manifest calls the form of its dumps. */
  String format();

  /** The ending of its files. */
  String ending();

  /**
   * Begins a dump.
   *
   * @throws dev.slipway.contracts.problem.Problem {@code database_stopped}, {@code
   *     database_refused_password}, {@code database_missing}, {@code tool_version_older}, {@code
   *     tool_failed}, …
   */
  Dump dump(Bench bench, DatabaseServer source);

  /**
   * Settings that make a scratch server fast, by name: what it holds need not survive it.
   *
   * @param plainBytes of the dump
   */
  Map<String, String> scratchSettings(long plainBytes);

  /** Whether a scratch server is given the dump before it starts, instead of by a client. */
  default boolean loadsAtStart() {
    return false;
  }

  /**
   * Puts a dump into a server.
   *
   * @param only tables or databases; empty: all
   * @param replace what is there may be dropped
   * @throws dev.slipway.contracts.problem.Problem {@code restore_part_unsupported} and as above
   */
  void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace)
      throws IOException;

  /** Whether a restore of these parts brings what is counted under this name. */
  default boolean covers(List<String> only, String counted) {
    return only.isEmpty();
  }

  /** What a server holds. */
  Restored count(Bench bench, DatabaseServer server);

  @Override
  default List<String> differences(Manifest manifest, Restored restored) {
    return Differences.of(manifest.counts(), restored.counts());
  }

  @Override
  default Manifest learnt(Manifest manifest, Restored restored) {
    return manifest.counts().isEmpty()
        ? Differences.withCounts(manifest, restored.counts(), new TreeMap<>(manifest.digests()))
        : manifest;
  }
}
