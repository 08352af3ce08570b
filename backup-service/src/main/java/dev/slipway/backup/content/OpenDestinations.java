package dev.slipway.backup.content;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.destination.DestinationJson;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.DestinationStore.Opened;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Destinations by their id, each opened once for all who use it at the same time and kept open for
 * the next: a download asks many times within a second. Calls block: for virtual threads.
 */
public final class OpenDestinations implements AutoCloseable {
  private static final long IDLE_NANOS = 60_000_000_000L;

  private final DestinationStore store;
  private final Function<DestinationConfig, Destination> opening;
  private final Map<String, Door> doors = new HashMap<>();

  /**
   * None is open yet.
   *
   * @param opening opens one by its configuration, secrets included
   */
  public OpenDestinations(
      DestinationStore store, Function<DestinationConfig, Destination> opening) {
    this.store = store;
    this.opening = opening;
  }

  /** A destination, who uses it, and which version of its settings it was opened with. */
  private static final class Door {
    final Destination destination;
    final long etag;
    int users;
    long usedAt;
    boolean replaced;

    Door(Destination destination, long etag) {
      this.destination = destination;
      this.etag = etag;
    }
  }

  /** Something that is done at a destination. */
  @FunctionalInterface
  public interface Use<T> {
    T at(Destination destination);
  }

  /**
   * Does something at a destination, as it is configured now.
   *
   * @throws dev.slipway.contracts.problem.Problem 404 when there is none of this id, and whatever
   *     the destination says
   */
  public <T> T use(String id, Use<T> work) {
    Door door = entered(store.open(id).await());
    try {
      return work.at(door.destination);
    } finally {
      left(door);
    }
  }

  /** Opens one for a single use with nothing kept: to try it. */
  public void check(Opened opened) {
    try (Destination destination = opening.apply(config(opened))) {
      destination.check();
    }
  }

  private synchronized Door entered(Opened opened) {
    closeIdle();
    Door known = doors.get(opened.id());
    if (known == null || known.etag != opened.etag()) {
      if (known != null) {
        retire(known);
      }
      known = new Door(opening.apply(config(opened)), opened.etag());
      doors.put(opened.id(), known);
    }
    known.users++;
    return known;
  }

  private synchronized void left(Door door) {
    door.users--;
    door.usedAt = System.nanoTime();
    if (door.replaced && door.users == 0) {
      door.destination.close();
    }
  }

  private void closeIdle() {
    long now = System.nanoTime();
    doors
        .values()
        .removeIf(door -> {
          boolean idle = door.users == 0 && now - door.usedAt > IDLE_NANOS;
          if (idle) {
            door.destination.close();
          }
          return idle;
        });
  }

  /** Whoever uses it goes on with the settings it was opened with. */
  private static void retire(Door door) {
    door.replaced = true;
    if (door.users == 0) {
      door.destination.close();
    }
  }

  private static DestinationConfig config(Opened opened) {
    return DestinationJson.read(opened.settings(), opened.secrets());
  }

  /** Ends all connections; what still uses one fails. */
  @Override
  public synchronized void close() {
    doors.values().forEach(door -> door.destination.close());
    doors.clear();
  }
}
