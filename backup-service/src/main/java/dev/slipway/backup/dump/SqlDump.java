package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A dump in SQL, whose rows are counted as it passes. */
final class SqlDump implements Dump {
  private final SqlTool tool;
  private final Session session;
  private final ToolRun run;
  private final SqlRows rows;
  private final SortedMap<String, Boolean> before;
  private final String serverVersion;
  private final Instant began = Instant.now();

  SqlDump(
      SqlTool tool,
      Session session,
      ToolRun run,
      SortedMap<String, Boolean> before,
      String serverVersion) {
    this.tool = tool;
    this.session = session;
    this.run = run;
    this.rows = new SqlRows(run.stdout());
    this.before = before;
    this.serverVersion = serverVersion;
  }

  @Override
  public InputStream content() {
    return rows;
  }

  @Override
  public Taken confirm() {
    run.mustSucceed();
    if (!rows.completed()) {
      throw run.tooEarly("It did not write that its dump is complete.");
    }
    var counts = rows.counts();
    mustHold(counts, tool.census(session));
    session.leave();
    return new Taken(rows.tool(), serverVersion, began, counts, new TreeMap<>());
  }

  /** What was there before and after was there meanwhile: nobody makes and fills a table twice. */
  private void mustHold(SortedMap<String, Long> counts, SortedMap<String, Boolean> after) {
    List<String> missing = new ArrayList<>();
    before.forEach((table, filled) -> {
      Long dumped = counts.get(table);
      boolean stayedFilled = filled && after.getOrDefault(table, false);
      if (after.containsKey(table) && (dumped == null || (stayedFilled && dumped == 0))) {
        missing.add(table);
      }
    });
    if (!missing.isEmpty()) {
      throw Problem.failed(
          "backup_incomplete",
          "The dump has nothing of "
              + String.join(", ", missing.subList(0, Math.min(5, missing.size())))
              + ", which the source has.",
          "Give the database's user the right to read every table, then take the backup again.");
    }
  }

  @Override
  public void close() {
    run.close();
    session.close();
  }
}
