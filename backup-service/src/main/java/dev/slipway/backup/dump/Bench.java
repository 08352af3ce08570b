package dev.slipway.backup.dump;

import dev.slipway.contracts.database.DatabaseEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Where tools are started and watched. Closing it ends all of them. */
public final class Bench implements AutoCloseable {
  private final Tools tools;
  private final Complaints failures;
  private final Duration patience;
  private final Watchdog watchdog;
  private final Queue<ToolRun> open = new ConcurrentLinkedQueue<>();

  /**
   * A place for the tools of one engine.
   *
   * @param patience for how long none of them may move anything
   */
  public Bench(Tools tools, DatabaseEngine engine, Duration patience) {
    this(tools, new ToolFailures(engine), patience);
  }

  private Bench(Tools tools, Complaints failures, Duration patience) {
    this.tools = tools;
    this.failures = failures;
    this.patience = patience;
    this.watchdog = new Watchdog(patience, this::endAll);
  }

  /** A place for tar. */
  public static Bench ofTar(Tools tools, Duration patience) {
    return new Bench(tools, new TarFailures(), patience);
  }

  ToolRun start(String what, List<String> command, Map<String, String> env, boolean stdin) {
    watchdog.touch();
    var run =
        new ToolRun(what, tools.start(what, command, env, stdin), failures, watchdog, patience);
    open.add(run);
    return run;
  }

  /** Runs a tool that prints little to its end; what it printed. */
  public String print(String what, List<String> command, Map<String, String> env) {
    try (var run = start(what, command, env, false)) {
      var said = new Tail();
      said.readAll(run.stdout());
      run.mustSucceed();
      return said.text();
    }
  }

  private void endAll() {
    open.forEach(ToolRun::close);
  }

  @Override
  public void close() {
    watchdog.end();
    endAll();
  }
}
