package dev.slipway.platform.saga;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the sagas of one kind would do if everybody came one after the other. */
final class JournalModel {
  private JournalModel() {}

  /** A client's call and its answer. */
  sealed interface Op {
    record Submit(String saga, String exclusive, boolean added) implements Op {}

    /**
     * @param saga null when nothing was free
     * @param journal the steps as the claim showed them
     * @param quiet nobody else was at work, so nothing may have been skipped
     */
    record Claim(
        @Nullable String saga,
        long fence,
        boolean undoing,
        boolean cancelled,
        Map<Integer, Step> journal,
        boolean quiet)
        implements Op {}

    record Heartbeat(String saga, long fence, boolean ours, boolean cancelled) implements Op {}

    record Release(String saga, long fence) implements Op {}

    record RunOut(String saga) implements Op {}

    /** Ends a step and begins the next one. */
    record Checkpoint(
        String saga, long fence, int ended, String output, boolean accepted, boolean cancelled)
        implements Op {}

    record TurnBack(String saga, long fence, int step, boolean accepted) implements Op {}

    record Finish(String saga, long fence, String state, boolean accepted) implements Op {}

    record Cancel(String saga, CancelOutcome outcome) implements Op {}

    record Read(Map<String, Row> rows) implements Op {}
  }

  record Step(String state, int attempt, String output) {
    @Override
    public String toString() {
      return state + " " + attempt + " " + output;
    }
  }

  /** What a reader of the tables sees of a saga. */
  record Row(String state, long fence, boolean cancelled, String steps) {}

  record One(
      String exclusive,
      String state,
      long fence,
      boolean lapsed,
      boolean cancelled,
      Map<Integer, Step> steps) {

    boolean active() {
      return state.equals("running") || state.equals("undoing");
    }

    boolean heldUnder(long number) {
      return active() && fence == number;
    }

    One with(String newState) {
      return new One(exclusive, newState, fence, lapsed, cancelled, steps);
    }

    One leased() {
      return new One(exclusive, state, fence, false, cancelled, steps);
    }

    One lapse() {
      return new One(exclusive, state, fence, true, cancelled, steps);
    }

    One cancel() {
      return new One(exclusive, state, fence, lapsed, true, steps);
    }

    One with(Map<Integer, Step> newSteps) {
      return new One(exclusive, state, fence, lapsed, cancelled, Map.copyOf(newSteps));
    }

    Row row() {
      return new Row(
          state,
          fence,
          cancelled,
          new TreeMap<>(steps)
              .entrySet().stream()
                  .map(step -> step.getKey() + " " + step.getValue())
                  .collect(Collectors.joining(", ")));
    }
  }

  record State(Map<String, One> sagas) {
    static final State EMPTY = new State(Map.of());

    @Nullable One of(String saga) {
      return sagas.get(saga);
    }

    State with(String saga, One one) {
      Map<String, One> all = new HashMap<>(sagas);
      all.put(saga, one);
      return new State(Map.copyOf(all));
    }

    /** Nobody works on it, and nobody works on what excludes it. */
    boolean free(One one) {
      return one.active() && one.lapsed()
          || one.state().equals("waiting")
              && sagas.values().stream()
                  .noneMatch(o -> o.active() && o.exclusive().equals(one.exclusive()));
    }
  }

  static Optional<State> after(State state, Op op) {
    return Optional.ofNullable(
        switch (op) {
          case Op.Submit submit -> submitted(state, submit);
          case Op.Claim claim -> claimed(state, claim);
          case Op.Heartbeat beat -> beaten(state, beat);
          case Op.Release release -> released(state, release);
          case Op.RunOut out -> {
            One one = state.of(out.saga());
            yield one == null ? state : state.with(out.saga(), one.lapse());
          }
          case Op.Checkpoint checkpoint -> checkpointed(state, checkpoint);
          case Op.TurnBack back -> turnedBack(state, back);
          case Op.Finish finish -> finished(state, finish);
          case Op.Cancel cancel -> cancelled(state, cancel);
          case Op.Read read -> read.rows().equals(rows(state)) ? state : null;
        });
  }

  private static @Nullable State submitted(State state, Op.Submit submit) {
    boolean there = state.of(submit.saga()) != null;
    if (submit.added() == there) {
      return null;
    }
    return there
        ? state
        : state.with(
            submit.saga(), new One(submit.exclusive(), "waiting", 0, true, false, Map.of()));
  }

  private static @Nullable State claimed(State state, Op.Claim claim) {
    if (claim.saga() == null) {
      // whoever comes while others hold rows may go away empty-handed; it looks again in 2 s
      return claim.quiet() && state.sagas().values().stream().anyMatch(state::free) ? null : state;
    }
    One one = state.of(claim.saga());
    if (one == null || !state.free(one) || claim.fence() != one.fence() + 1) {
      return null;
    }
    String next = one.state().equals("waiting") ? "running" : one.state();
    Map<Integer, Step> steps = new HashMap<>(one.steps());
    if (steps.isEmpty() && next.equals("running") && !one.cancelled()) {
      steps.put(0, new Step("running", 1, ""));
    }
    boolean asShown =
        claim.undoing() == next.equals("undoing")
            && claim.cancelled() == one.cancelled()
            && claim.journal().equals(steps);
    return asShown
        ? state.with(
            claim.saga(),
            new One(one.exclusive(), next, claim.fence(), false, one.cancelled(), steps))
        : null;
  }

  private static @Nullable State beaten(State state, Op.Heartbeat beat) {
    One one = state.of(beat.saga());
    boolean ours = one != null && one.heldUnder(beat.fence());
    if (ours != beat.ours()) {
      return null;
    }
    if (one == null || !ours) {
      return state;
    }
    return beat.cancelled() == one.cancelled() ? state.with(beat.saga(), one.leased()) : null;
  }

  private static State released(State state, Op.Release release) {
    One one = state.of(release.saga());
    return one != null && one.heldUnder(release.fence())
        ? state.with(release.saga(), one.lapse())
        : state;
  }

  private static @Nullable State checkpointed(State state, Op.Checkpoint op) {
    One one = state.of(op.saga());
    boolean may = one != null && one.heldUnder(op.fence()) && one.state().equals("running");
    if (may != op.accepted()) {
      return null;
    }
    if (one == null || !may) {
      return state;
    }
    if (op.cancelled() != one.cancelled()) {
      return null;
    }
    Map<Integer, Step> steps = new HashMap<>(one.steps());
    steps.computeIfPresent(op.ended(), (n, s) -> new Step("done", s.attempt(), op.output()));
    if (!one.cancelled()) {
      steps.merge(
          op.ended() + 1,
          new Step("running", 1, ""),
          (before, first) -> new Step("running", before.attempt() + 1, before.output()));
    }
    return state.with(op.saga(), one.leased().with(steps));
  }

  private static @Nullable State turnedBack(State state, Op.TurnBack op) {
    One one = state.of(op.saga());
    boolean may = one != null && one.heldUnder(op.fence()) && one.state().equals("running");
    if (may != op.accepted()) {
      return null;
    }
    if (one == null || !may) {
      return state;
    }
    Map<Integer, Step> steps = new HashMap<>(one.steps());
    steps.computeIfPresent(op.step(), (n, s) -> new Step("cancelled", s.attempt(), s.output()));
    return state.with(op.saga(), one.leased().with("undoing").with(steps));
  }

  private static @Nullable State finished(State state, Op.Finish op) {
    One one = state.of(op.saga());
    boolean may = one != null && one.heldUnder(op.fence());
    if (may != op.accepted()) {
      return null;
    }
    if (one == null || !may) {
      return state;
    }
    Map<Integer, Step> steps = new HashMap<>(one.steps());
    steps.replaceAll(
        (n, s) -> s.state().equals("running") ? new Step("failed", s.attempt(), s.output()) : s);
    return state.with(op.saga(), one.with(op.state()).with(steps));
  }

  private static @Nullable State cancelled(State state, Op.Cancel op) {
    One one = state.of(op.saga());
    String now = one == null ? "gone" : one.state();
    CancelOutcome right =
        switch (now) {
          case "waiting" -> CancelOutcome.NEVER_RAN;
          case "running", "undoing" -> CancelOutcome.REQUESTED;
          default -> CancelOutcome.NOTHING_OPEN;
        };
    if (right != op.outcome()) {
      return null;
    }
    if (one == null) {
      return state;
    }
    return switch (now) {
      case "waiting" -> state.with(op.saga(), one.cancel().with("cancelled"));
      case "running" -> state.with(op.saga(), one.cancel());
      default -> state;
    };
  }

  private static Map<String, Row> rows(State state) {
    Map<String, Row> rows = new TreeMap<>();
    state.sagas().forEach((id, one) -> rows.put(id, one.row()));
    return rows;
  }
}
