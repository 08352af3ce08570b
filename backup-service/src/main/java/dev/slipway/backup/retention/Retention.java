package dev.slipway.backup.retention;

import dev.slipway.backup.content.OpenDestinations;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.RetentionStore;
import dev.slipway.store.RetentionStore.Condemned;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes backups that are not kept any more: the row says so first, then the object goes. What
 * does not begin with this installation's folder is never touched, whatever a row says.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration FAILED_FOR = Duration.ofDays(7);
  private static final Duration REMEMBERED_FOR = Duration.ofDays(90);
  private static final int BATCH = 200;

  private final RetentionStore store;
  private final AlarmStore alarms;
  private final OpenDestinations destinations;
  private final String folder;

  public Retention(
      RetentionStore store, AlarmStore alarms, OpenDestinations destinations, String installation) {
    this.store = store;
    this.alarms = alarms;
    this.destinations = destinations;
    this.folder = "slipway/" + installation + "/";
  }

  /** What there is to do, in this order. */
  public List<Chore> chores() {
    return List.of(
        new Chore("backups", this::condemn),
        new Chore("backup-objects", this::removeObjects),
        new Chore("backup-rows", this::forget));
  }

  private Outcome condemn() throws InterruptedException {
    int marked = 0;
    for (BackupSubject subject : store.subjects().await()) {
      int batch;
      do {
        requireTime();
        batch = store.condemn(subject, FAILED_FOR).await();
        marked += batch;
      } while (batch >= BATCH);
    }
    var held = store.held().await().orElse(new RetentionStore.Held(0, 0));
    return new Outcome(marked, 0, held.backups(), held.bytes());
  }

  /** A destination that fails is left until the next time, and keeps no other from its turn. */
  private Outcome removeObjects() throws InterruptedException {
    int removed = 0;
    for (String destination : store.destinations(folder).await()) {
      try {
        removed += removeObjects(destination);
      } catch (RuntimeException e) {
        LOG.warn("Backups at {} cannot be removed now: {}", destination, e.getMessage());
      }
    }
    return Outcome.collected(removed, 0);
  }

  private int removeObjects(String destination) throws InterruptedException {
    int removed = 0;
    List<Condemned> batch = store.condemned(destination, folder, BATCH).await();
    while (!batch.isEmpty()) {
      for (Condemned object : batch) {
        requireTime();
        remove(destination, object);
        removed++;
      }
      batch = store.condemned(destination, folder, BATCH).await();
    }
    return removed;
  }

  private void remove(String destination, Condemned object) {
    destinations.use(
        destination,
        place -> {
          place.remove(object.objectKey());
          return object;
        });
    store.gone(object).await();
  }

  private Outcome forget() {
    int rows = store.forget(REMEMBERED_FOR).await();
    return Outcome.collected(rows + alarms.forget(REMEMBERED_FOR).await(), 0);
  }

  private static void requireTime() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped between two backups");
    }
  }
}
