package dev.slipway.platform.saga;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims sagas and runs each on a virtual thread, a bounded number at a time. It looks for work
 * when it is rung, when a saga has ended, and every few seconds. Several runners on one database
 * share the work: the rows decide.
 */
public final class SagaRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRunner.class);
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final String UNIQUE_VIOLATION = "23505";

  private final Vertx vertx;
  private final Map<String, Saga> sagas = new HashMap<>();
  private final List<Script> scripts = new ArrayList<>();
  private final Map<String, Script> scriptByKey = new HashMap<>();
  private final RunnerConfig config;
  private final CrashPoints crashPoints;
  private final SagaJournal journal;
  private final Map<Fence, Active> active = new HashMap<>();
  private final List<Long> timers = new ArrayList<>();
  private boolean started;
  private @Nullable Promise<Void> looking;
  private boolean lookAgain;

  /**
   * A runner for these sagas. Several versions of one kind may be given; each has its own {@link
   * Saga}.
   *
   * @throws IllegalArgumentException when two sagas have the same kind and version
   */
  public SagaRunner(
      Vertx vertx,
      Database database,
      List<? extends Saga> sagas,
      RunnerConfig config,
      CrashPoints crashPoints) {
    this.vertx = vertx;
    this.config = config;
    this.crashPoints = crashPoints;
    this.journal = new SagaJournal(database, config.owner(), config.lease());
    for (Saga saga : sagas) {
      Script script = saga.script();
      String key = key(script.name(), script.version());
      if (this.sagas.put(key, saga) != null) {
        throw new IllegalArgumentException("Two sagas are " + key);
      }
      scriptByKey.put(key, script);
      scripts.add(script);
    }
  }

  private static String key(String kind, int version) {
    return kind + " version " + version;
  }

  /** Takes over what a killed predecessor of the same name held, and begins to look for work. */
  public Future<Void> start() {
    return journal
        .inherit(scripts)
        .onSuccess(inherited -> {
          synchronized (this) {
            started = true;
            timers.add(vertx.setPeriodic(config.poll().toMillis(), tick -> look()));
            timers.add(vertx.setPeriodic(config.heartbeat().toMillis(), tick -> heartbeat()));
          }
          look();
        });
  }

  /** Look for work now, and for cancel requests of what runs here. Cheap; safe from any thread. */
  public void ring() {
    look();
    heartbeat();
  }

  /** How many sagas run here just now. */
  public synchronized int running() {
    return active.size();
  }

  /**
   * Claims nothing more, lets every saga reach a checkpoint (interrupted after 0.5 s), and gives
   * the leases back so that another runner goes on at once. Takes 10 s at most.
   */
  public Future<Void> stop() {
    List<Active> open;
    Future<Void> looked;
    synchronized (this) {
      started = false;
      timers.forEach(vertx::cancelTimer);
      timers.clear();
      open = List.copyOf(active.values());
      // what a claim under way still brings is given back before this process may end
      looked = looking == null ? Future.succeededFuture() : looking.future();
    }
    return Future.join(
            // a claim says that this runner looks for work: it leaves after the last one
            looked
                .eventually(() -> journal.leave(scripts))
                .timeout(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .recover(SagaRunner::unsaid),
            letGo(open))
        .mapEmpty();
  }

  /** Who cannot say that it leaves is found out by its silence. */
  private static Future<Void> unsaid(Throwable failure) {
    LOG.info("This runner leaves without a word: {}", failure.getMessage());
    return Future.succeededFuture();
  }

  private Future<Void> letGo(List<Active> open) {
    if (open.isEmpty()) {
      return Future.succeededFuture();
    }
    open.forEach(run -> run.run.signals().stopSoon());
    long interrupt =
        vertx.setTimer(GRACE.toMillis(), late -> open.forEach(run -> run.run.signals().stopNow()));
    return Future.join(open.stream().map(run -> run.ended.future()).toList())
        .timeout(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .recover(late ->
            // Their threads may linger; the fence keeps them from writing once somebody else
            // claims.
            journal
                .release(open.stream().map(run -> run.run.fence()).toList())
                .map(released -> null))
        .onComplete(done -> vertx.cancelTimer(interrupt))
        .mapEmpty();
  }

  private void look() {
    Promise<Void> look;
    synchronized (this) {
      if (!started || active.size() >= config.maxConcurrent()) {
        return;
      }
      if (looking != null) {
        lookAgain = true;
        return;
      }
      looking = Promise.promise();
      look = looking;
      lookAgain = false;
    }
    journal
        .claim(scripts, config.maxConcurrent())
        .onComplete(found -> {
          if (found.failed()) {
            lookedInVain(look, found.cause());
          } else {
            looked(look, found.result());
          }
        });
  }

  private void looked(Promise<Void> look, @Nullable ClaimedSaga claimed) {
    boolean again;
    synchronized (this) {
      looking = null;
      again = claimed != null || lookAgain;
      if (claimed != null && !started) {
        journal.release(List.of(claimed.fence())).onComplete(look);
        return;
      }
      if (claimed != null) {
        begin(claimed);
      }
    }
    look.complete();
    if (again) {
      look();
    }
  }

  private void lookedInVain(Promise<Void> look, Throwable failure) {
    boolean lostTheRace =
        failure instanceof PgException sql && UNIQUE_VIOLATION.equals(sql.getSqlState());
    boolean over;
    synchronized (this) {
      looking = null;
      over = !started;
    }
    look.complete();
    if (over) {
      return;
    }
    if (lostTheRace) {
      look();
    } else {
      LOG.warn(
          "Looking for work failed, the next look is in {}: {}",
          config.poll(),
          failure.getMessage());
    }
  }

  private void begin(ClaimedSaga claimed) {
    String key = key(claimed.kind(), claimed.version());
    Saga saga = sagas.get(key);
    Script script = scriptByKey.get(key);
    if (saga == null || script == null) {
      throw new IllegalStateException("Claimed a saga that nobody here knows: " + key);
    }
    SagaRun run =
        new SagaRun(
            saga,
            script,
            claimed,
            journal,
            new SagaRun.Setting(new Signals(), config.retries(), crashPoints));
    if (claimed.cancelRequested()) {
      run.signals().cancel();
    }
    Active entry = new Active(run, Promise.promise());
    active.put(claimed.fence(), entry);
    Thread.ofVirtual().name("saga-" + claimed.fence().sagaId()).start(() -> runToEnd(entry));
  }

  private void runToEnd(Active entry) {
    boolean stillOurs = false;
    try {
      stillOurs = entry.run.run();
    } finally {
      Future<Void> released =
          stillOurs ? journal.release(List.of(entry.run.fence())) : Future.succeededFuture();
      released.onComplete(done -> {
        synchronized (this) {
          active.remove(entry.run.fence());
        }
        entry.ended.complete();
        look();
      });
    }
  }

  private void heartbeat() {
    Map<Fence, Active> beating;
    synchronized (this) {
      if (active.isEmpty()) {
        return;
      }
      beating = Map.copyOf(active);
    }
    long asked = System.nanoTime();
    journal
        .heartbeat(beating.keySet())
        .onSuccess(rows -> heard(beating, rows, asked))
        .onFailure(failure -> loseWhatCannotBeProven(beating));
  }

  private static void heard(Map<Fence, Active> beating, RowSet<Row> rows, long asked) {
    Map<String, Boolean> ours = new HashMap<>();
    for (Row row : rows) {
      ours.put(row.getString("id"), row.getBoolean("cancelled"));
    }
    beating.forEach((fence, entry) -> {
      Boolean cancelled = ours.get(fence.sagaId());
      if (cancelled == null) {
        entry.run.signals().lose();
        return;
      }
      entry.proven = asked;
      if (cancelled) {
        entry.run.signals().cancel();
      }
    });
  }

  /** No answer for a whole lease: somebody else may own it by now. */
  private void loseWhatCannotBeProven(Map<Fence, Active> beating) {
    long now = System.nanoTime();
    beating.forEach((fence, entry) -> {
      if (now - entry.proven > config.lease().toNanos()) {
        entry.run.signals().lose();
      }
    });
  }

  /** A saga that runs here, and when its lease was last proven. */
  private static final class Active {
    private final SagaRun run;
    private final Promise<Void> ended;
    private volatile long proven = System.nanoTime();

    private Active(SagaRun run, Promise<Void> ended) {
      this.run = run;
      this.ended = ended;
    }
  }
}
