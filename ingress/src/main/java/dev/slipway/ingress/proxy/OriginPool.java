package dev.slipway.ingress.proxy;

import dev.slipway.ingress.routes.Upstream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's unused connections to the applications' tasks. The last one given back is taken
 * first, so that after a peak the others age and go.
 */
final class OriginPool {
  private static final int MOST_PER_UPSTREAM = 1024;

  private final Map<Upstream, ArrayDeque<OriginConnection>> resting = new IdentityHashMap<>();

  /**
   * A connection that can be used at once, or null.
   *
   * @param repeatable whether the request may be sent again if the application is just closing it;
   *     if not, only a connection that was used a moment ago is good enough
   */
  @Nullable OriginConnection take(Upstream upstream, boolean repeatable) {
    ArrayDeque<OriginConnection> unused = resting.get(upstream);
    OriginConnection last = unused == null ? null : unused.peekLast();
    if (unused == null || last == null) {
      return null;
    }
    long now = System.nanoTime();
    if (!last.usable(now) || !(repeatable || last.warm(now))) {
      return null; // the others are older still
    }
    return unused.pollLast();
  }

  void giveBack(OriginConnection connection) {
    ArrayDeque<OriginConnection> unused =
        resting.computeIfAbsent(connection.upstream(), upstream -> new ArrayDeque<>());
    if (unused.size() >= MOST_PER_UPSTREAM || connection.upstream().retired()) {
      connection.close();
      return;
    }
    connection.rest(System.nanoTime());
    unused.addLast(connection);
  }

  void remove(OriginConnection connection) {
    ArrayDeque<OriginConnection> unused = resting.get(connection.upstream());
    if (unused != null && unused.remove(connection) && unused.isEmpty()) {
      resting.remove(connection.upstream());
    }
  }

  boolean isEmpty() {
    return resting.isEmpty();
  }

  /** Closes what has rested too long or leads to a task that is not routed any more. */
  void expire(long nanoTime) {
    closeIf(connection -> connection.upstream().retired() || !connection.usable(nanoTime));
  }

  void closeAll() {
    closeIf(connection -> true);
  }

  private void closeIf(java.util.function.Predicate<OriginConnection> due) {
    List<OriginConnection> closing = new ArrayList<>();
    for (ArrayDeque<OriginConnection> unused : resting.values()) {
      unused.removeIf(connection -> due.test(connection) && closing.add(connection));
    }
    resting.values().removeIf(ArrayDeque::isEmpty);
    closing.forEach(OriginConnection::close);
  }
}
