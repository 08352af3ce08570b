package dev.slipway.ingress.feed;

import dev.slipway.contracts.route.RouteTable;
import dev.slipway.ingress.routes.RouteFiles;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.platform.cluster.ProcessIdentity;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.Listener;
import dev.slipway.store.RouteStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that keeps the routes in step with the database: it looks when a bell rings and every
 * second, applies what is new, and reports. A report leaves at once when a version was applied or
 * the last request of a replaced release ended: the runtime waits for exactly these two.
 */
public final class RouteFeed {
  private static final Logger LOG = LoggerFactory.getLogger(RouteFeed.class);
  // The database's bell tells changes at once; this is for bells that got lost, and the sign of
  // life.
  private static final long POLL_MILLIS = 2_000;
  private static final long PATIENCE_MILLIS = 5_000;
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Home home;
  private final Routes routes;
  private final RouteFiles files;
  private final String ingress;
  private final Semaphore bell = new Semaphore(0);
  private volatile boolean stopped;
  private volatile boolean connected;
  private volatile @Nullable Thread thread;
  private @Nullable RouteTable saved;
  private @Nullable String complaint;

  public RouteFeed(Vertx vertx, Home home, Routes routes, RouteFiles files) {
    this.vertx = vertx;
    this.home = home;
    this.routes = routes;
    this.files = files;
    this.ingress = home.ingressId();
    routes.onDrained(bell::release);
  }

  /** Applies the last good copy, if there is one. Blocks; to be called before {@link #start}. */
  public void recallLastGood() {
    Optional<RouteTable> last = files.load();
    last.ifPresent(table -> {
      saved = table;
      routes.apply(table);
      LOG.info("{} routes known from the last run", table.routes().size());
    });
  }

  /** Which copies on the disk were damaged at the start and have not been replaced since. */
  public List<String> damagedCopies() {
    return files.damaged();
  }

  public void start() {
    // A platform thread: it wakes every second for ever, and waking a virtual one costs more.
    thread = Thread.ofPlatform().daemon().name("route-feed").start(this::run);
  }

  /** Whether the database answered at the last look. */
  public boolean connected() {
    return connected;
  }

  /**
   * Ends the following and takes this ingress out of the database. Blocks, some seconds at most.
   */
  public void stop() throws InterruptedException {
    stopped = true;
    bell.release();
    Thread running = thread;
    if (running != null) {
      running.join(2 * PATIENCE_MILLIS);
    }
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!stopped) {
      Optional<DatabaseUrl> url = home.database();
      if (url.isPresent() && follow(url.get())) {
        pause = FIRST_PAUSE_MILLIS;
      }
      sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Follows one database until it fails; tells whether it ever answered. */
  private boolean follow(DatabaseUrl url) {
    boolean answered = false;
    Database database = Database.connect(vertx, url, 1);
    Listener listener =
        new Listener(vertx, url)
            .on(RouteStore.CHANGED, payload -> bell.release())
            .onConnected(bell::release);
    try {
      await(listener.start());
      RouteStore store = new RouteStore(database);
      long seen = look(store, -1);
      answered = true;
      hasDatabase(url);
      introduce(store);
      while (!stopped) {
        boolean rang = bell.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
        bell.drainPermits();
        seen = look(store, seen, rang);
      }
      await(store.leave(ingress));
    } catch (InterruptedException e) {
      stopped = true;
    } catch (Exception e) {
      lost(e);
    } finally {
      connected = false;
      listener.stop();
      database.close();
    }
    return answered;
  }

  /** For people only: a database that the version before has set up knows no such columns. */
  private void introduce(RouteStore store) {
    var self = ProcessIdentity.of(ingress, "ingress");
    try {
      await(store.introduce(ingress, self.version(), self.host()));
    } catch (RuntimeException e) {
      LOG.warn("The database cannot be told who this ingress is: {}", e.getMessage());
    }
  }

  private long look(RouteStore store, long seen) throws IOException {
    return look(store, seen, true);
  }

  /** One look: apply what is new, report, and only then write the copy: the runtime is waiting. */
  private long look(RouteStore store, long seen, boolean urgent) throws IOException {
    long version = await(store.version());
    RouteTable fresh = null;
    if (version != seen) {
      fresh = await(store.table());
      refuseForeign(fresh);
      routes.apply(fresh);
    }
    await(store.report(ingress, routes.current().version(), routes.inFlight()));
    if (urgent || fresh != null) {
      await(store.tellApplied());
    }
    if (fresh != null && !fresh.equals(saved)) {
      files.save(fresh);
      saved = fresh;
    }
    return fresh == null ? seen : fresh.version();
  }

  /**
   * A database that is not ours must not empty our table: a fresh cluster on the same port, or the
   * neighbour's, answers just as well.
   */
  private void refuseForeign(RouteTable table) {
    Optional<String> ours = home.installation();
    if (ours.isPresent() && !ours.get().equals(table.installationId())) {
      throw new IllegalStateException(
          "The database belongs to installation "
              + table.installationId()
              + ", this ingress to "
              + ours.get()
              + ": its routes are not used");
    }
  }

  private static <T extends @Nullable Object> T await(Future<T> answer) {
    return answer.timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).await();
  }

  private void hasDatabase(DatabaseUrl url) {
    connected = true;
    complaint = null;
    LOG.info("Routes are followed at {}, version {}", url, routes.current().version());
  }

  /** Said once per reason: a database that is away for a night must not fill a disk. */
  private void lost(Exception failure) {
    String reason = String.valueOf(failure.getMessage());
    if (!reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("Routes cannot be followed, the known ones stay in force: {}", reason);
    }
  }

  private void sleep(long millis) {
    try {
      // A bell may end the pause early: stopping should not take two seconds.
      bell.tryAcquire(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stopped = true;
    }
  }
}
