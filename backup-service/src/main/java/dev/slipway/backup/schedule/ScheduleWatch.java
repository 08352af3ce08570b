package dev.slipway.backup.schedule;

import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.DueSchedules;
import dev.slipway.store.DueSchedules.Taken;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds for schedules that are due by the database's clock, and asks for their
 * backups. Any number of services may; what one of them misses, another one or a later look finds.
 */
public final class ScheduleWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduleWatch.class);
  private static final long LOOK_MS = 2_000;

  /** Looks: a clock that was set back is noticed within ten seconds. */
  private static final int CATCH_UP_EVERY = 5;

  private final DueSchedules schedules;
  private final Bus bus;
  private final Thread thread = Thread.ofVirtual().name("backup-schedules").unstarted(this::loop);
  private volatile boolean closed;

  public ScheduleWatch(DueSchedules schedules, Bus bus) {
    this.schedules = schedules;
    this.bus = bus;
  }

  public void start() {
    thread.start();
  }

  /** Looks no more; what it has asked for goes on. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void loop() {
    for (int looks = 0; !closed; looks++) {
      try {
        look();
        if (looks % CATCH_UP_EVERY == 0) {
          schedules.catchUp().await();
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("Schedules of backups cannot be looked after: {}", e.getMessage());
        rest();
      }
    }
  }

  private void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } catch (InterruptedException stopped) {
      closed = true;
    }
  }

  /** Takes all that is due now; how many backups were asked for. */
  public int look() {
    int asked = 0;
    Optional<Taken> taken = schedules.take().await();
    while (taken.isPresent() && !closed) {
      if (taken.get().backup().isPresent()) {
        asked++;
        String id = taken.get().backup().get().value();
        LOG.info("The schedule {} asked for the backup {}", taken.get().scheduleId(), id);
        bus.ring(BackupBells.AVAILABLE, new BackupBells.Available(id));
      }
      taken = schedules.take().await();
    }
    return asked;
  }
}
