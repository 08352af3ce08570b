package dev.slipway.gateway.backup;

import dev.slipway.platform.pg.Queries;
import dev.slipway.store.BackupAlarms;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises and clears alarms every 20 seconds. Here, because whoever can ask for them must get them
 * also when no backup service is alive. Lives on the event loop it was made on.
 */
public final class AlarmWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AlarmWatch.class);
  private static final long LOOK_MS = 20_000;

  private final Vertx vertx;
  private final BackupAlarms alarms;
  private long timer = -1;
  private boolean looking;

  public AlarmWatch(Vertx vertx, Queries database) {
    this.vertx = vertx;
    this.alarms = new BackupAlarms(database);
  }

  public void start() {
    timer = vertx.setPeriodic(LOOK_MS, due -> look());
  }

  public void stop() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    alarms
        .look()
        .onFailure(failure -> LOG.warn("Alarms cannot be looked after: {}", failure.getMessage()))
        .onComplete(over -> looking = false);
  }
}
