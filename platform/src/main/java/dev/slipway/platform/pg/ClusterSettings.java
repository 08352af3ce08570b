package dev.slipway.platform.pg;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The embedded server's settings: small, quiet when idle, durable. */
final class ClusterSettings {
  /**
   * Passed on the command line, so that a new version of Slipway changes them without touching the
   * cluster.
   */
  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("listen_addresses", "127.0.0.1"),
              Map.entry("unix_socket_directories", ""),
              Map.entry("max_connections", "40"),
              Map.entry("shared_buffers", "16MB"),
              Map.entry("wal_buffers", "1MB"),
              Map.entry("work_mem", "2MB"),
              Map.entry("maintenance_work_mem", "16MB"),
              Map.entry("effective_cache_size", "256MB"),
              Map.entry("huge_pages", "off"),
              Map.entry("jit", "off"),
              Map.entry("wal_level", "minimal"),
              Map.entry("max_wal_senders", "0"),
              Map.entry("min_wal_size", "32MB"),
              Map.entry("max_wal_size", "256MB"),
              Map.entry("checkpoint_timeout", "15min"),
              Map.entry("max_worker_processes", "0"),
              Map.entry("max_parallel_workers_per_gather", "0"),
              Map.entry("max_logical_replication_workers", "0"),
              Map.entry("autovacuum_max_workers", "1"),
              Map.entry("autovacuum_naptime", "1min"),
              Map.entry("bgwriter_lru_maxpages", "0"),
              Map.entry("tcp_keepalives_idle", "30"),
              Map.entry("log_min_messages", "warning"),
              Map.entry("log_line_prefix", "%m "),
              Map.entry("timezone", "UTC"),
              Map.entry("log_timezone", "UTC")));

  private ClusterSettings() {}

  static List<String> initdb(Path programs, Path cluster, String user, Path passwordFile) {
    return List.of(
        programs.resolve("initdb").toString(),
        "--pgdata=" + cluster,
        "--username=" + user,
        "--pwfile=" + passwordFile,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The order of texts must not change when the machine's C library does.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
        "--no-instructions");
  }

  static List<String> postgres(Path programs, Path cluster, int port) {
    List<String> command =
        new ArrayList<>(
            List.of(
                programs.resolve("postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                String.valueOf(port)));
    SETTINGS.forEach((name, value) -> {
      command.add("-c");
      command.add(name + "=" + value);
    });
    return command;
  }
}
