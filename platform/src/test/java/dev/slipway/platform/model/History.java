package dev.slipway.platform.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What several clients did at the same time, and the search for an order that explains it: an
 * operation takes effect at one moment between its call and its return. The search is Wing and
 * Gong's with Lowe's memory of what was tried in vain ("Testing for linearizability", 2017).
 *
 * @param <O> an operation together with what it answered
 */
public final class History<O> {
  private static final int MOST = 63;

  private final List<Entry<O>> entries = new ArrayList<>();

  private record Entry<O>(long called, long returned, O operation) {}

  private record Tried<S>(long done, S state) {}

  /** Runs one operation and remembers when; any number of clients at a time. */
  public O record(Callable<O> operation) throws Exception {
    long called = System.nanoTime();
    O answered = operation.call();
    long returned = System.nanoTime();
    synchronized (entries) {
      if (entries.size() == MOST) {
        throw new IllegalStateException("a history holds " + MOST + " operations at most");
      }
      entries.add(new Entry<>(called, returned, answered));
    }
    return answered;
  }

  public int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  /**
   * The model's state after an order that explains all answers; empty when there is none. When
   * several end states are possible this is one of them.
   */
  public <S> Optional<S> explainedBy(Model<S, O> model, S initial) {
    return Optional.ofNullable(search(model, initial, 0, new HashSet<>()));
  }

  private <S> @Nullable S search(Model<S, O> model, S state, long done, Set<Tried<S>> inVain) {
    if (Long.bitCount(done) == entries.size()) {
      return state;
    }
    if (!inVain.add(new Tried<>(done, state))) {
      return null;
    }
    long firstReturn = Long.MAX_VALUE;
    for (int i = 0; i < entries.size(); i++) {
      if ((done & 1L << i) == 0) {
        firstReturn = Math.min(firstReturn, entries.get(i).returned());
      }
    }
    for (int i = 0; i < entries.size(); i++) {
      Entry<O> next = entries.get(i);
      if ((done & 1L << i) == 0 && next.called() <= firstReturn) {
        S after = model.after(state, next.operation()).orElse(null);
        S end = after == null ? null : search(model, after, done | 1L << i, inVain);
        if (end != null) {
          return end;
        }
      }
    }
    return null;
  }

  /** In the order of the calls, for a person to read. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    entries.stream()
        .sorted((a, b) -> Long.compare(a.called(), b.called()))
        .forEach(entry ->
            text.append(
                "  %,15d .. %,15d  %s%n"
                    .formatted(entry.called(), entry.returned(), entry.operation())));
    return text.toString();
  }
}
