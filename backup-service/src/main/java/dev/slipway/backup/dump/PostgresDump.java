package dev.slipway.backup.dump;

import dev.slipway.platform.bus.Json;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A dump of the snapshot that a second session holds open, and in which that one counts meanwhile.
 * The session ends after the dump: only then its counts count.
 */
final class PostgresDump implements Dump {
  private static final String SNAPSHOT =
      """
      set statement_timeout = 0;
      set lock_timeout = 0;
      set idle_in_transaction_session_timeout = 0;
      begin transaction isolation level repeatable read, read only;
      select json_build_object('snapshot', pg_catalog.pg_export_snapshot(),
          'version', current_setting('server_version'),
          'at', to_char(transaction_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text;
      """;

  private final Session session;
  private final ToolRun dump;
  private final Snapshot snapshot;
  private final String tool;
  private final CompletableFuture<SortedMap<String, Long>> counts;

  private record Snapshot(String snapshot, String version, String at) {}

  private PostgresDump(
      Session session,
      ToolRun dump,
      Snapshot snapshot,
      String tool,
      CompletableFuture<SortedMap<String, Long>> counts) {
    this.session = session;
    this.dump = dump;
    this.snapshot = snapshot;
    this.tool = tool;
    this.counts = counts;
  }

  static PostgresDump begin(Bench bench, DatabaseServer source) {
    var session = PostgresTool.session(bench, source);
    try {
      var snapshot = Json.read(session.one(SNAPSHOT), Snapshot.class);
      String tool = session.one("\\! pg_dump --version");
      List<String> command = new ArrayList<>(List.of("pg_dump", "-w", "-Fc", "-Z0"));
      command.add("--snapshot=" + snapshot.snapshot());
      var dump = bench.start("pg_dump", command, PostgresTool.env(source), false);
      return new PostgresDump(session, dump, snapshot, tool, counting(session));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static CompletableFuture<SortedMap<String, Long>> counting(Session session) {
    var counts = new CompletableFuture<SortedMap<String, Long>>();
    Thread.ofVirtual()
        .name("backup-counting")
        .start(() -> {
          try {
            counts.complete(PostgresTool.counts(session));
          } catch (RuntimeException e) {
            counts.completeExceptionally(e);
          }
        });
    return counts;
  }

  @Override
  public InputStream content() {
    return dump.stdout();
  }

  @Override
  public Taken confirm() {
    dump.mustSucceed();
    Taken taken = counted();
    session.ask("commit;");
    session.leave();
    return taken;
  }

  /** What the snapshot holds, whatever becomes of its dump; waits until it is counted. */
  Taken counted() {
    try {
      return new Taken(
          tool,
          snapshot.version(),
          Instant.parse(snapshot.at()),
          counts.get(),
          new java.util.TreeMap<>());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new CompletionException(e);
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    }
  }

  @Override
  public void close() {
    dump.close();
    session.close();
  }
}
