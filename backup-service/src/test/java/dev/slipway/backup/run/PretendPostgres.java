package dev.slipway.backup.run;

import dev.slipway.docker.memory.MemoryProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * What the programs of a PostgreSQL image do, as far as a backup sees it: one table whose rows are
 * lines of text. A scratch server holds what {@code pg_restore} was given.
 */
public final class PretendPostgres implements MemoryProgram {
  private volatile String rows = "one\ntwo\nthree\n";
  private volatile String restored = "";

  /** What the source holds from now on. */
  public void hold(String lines) {
    rows = lines;
  }

  /** Nobody has restored anything yet. */
  public void forget() {
    restored = "";
  }

  @Override
  public int run(
      List<String> command,
      Map<String, String> env,
      InputStream in,
      OutputStream out,
      OutputStream err)
      throws Exception {
    return switch (command.getFirst()) {
      case "psql" -> psql(env, in, out);
      case "pg_dump" -> print(out, "dump\n" + rows);
      case "pg_restore" -> restore(in);
      case "sh" -> 0;
      default -> serve();
    };
  }

  private static int serve() throws InterruptedException {
    new CountDownLatch(1).await(); // until it is killed
    return 0;
  }

  private int restore(InputStream in) throws IOException {
    String dump = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    if (!dump.startsWith("dump\n")) {
      return 1;
    }
    restored = dump.substring(5);
    return 0;
  }

  private int psql(Map<String, String> env, InputStream in, OutputStream out) throws IOException {
    String host = String.valueOf(env.get("PGHOST"));
    boolean filled = host.equals("127.0.0.1") || host.startsWith("copy-");
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("\\echo ")) {
        print(out, line.substring(6) + "\n");
      } else if (line.contains("pg_export_snapshot")) {
        print(
            out,
            "{\"snapshot\":\"1-1\",\"version\":\"17.1\",\"at\":\"2026-01-01T00:00:00.000000Z\"}\n");
      } else if (line.startsWith("drop database")) {
        restored = "";
      } else if (line.startsWith("\\! ")) {
        print(out, "pg_dump (PostgreSQL) 17.1\n");
      } else if (line.equals("\\gexec")) {
        count(filled ? restored : rows, filled, out);
      }
    }
    return 0;
  }

  /** A server that nobody has filled has no table at all. */
  private static void count(String lines, boolean filled, OutputStream out) throws IOException {
    if (!filled || !lines.isEmpty()) {
      print(out, lines.lines().count() + " \"public.lines\"\n");
    }
  }

  private static int print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}
