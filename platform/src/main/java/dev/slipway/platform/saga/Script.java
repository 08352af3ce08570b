package dev.slipway.platform.saga;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a saga, in order. Journal rows name the steps: renaming or reordering them is a new
 * version, and the old version stays for as long as rows of it may be open.
 */
public final class Script {
  private final String name;
  private final int version;
  private final List<Step> steps;
  private final int pointOfNoReturn;

  private Script(Builder builder) {
    this.name = builder.name;
    this.version = builder.version;
    this.steps = List.copyOf(builder.steps);
    this.pointOfNoReturn = builder.pointOfNoReturn < 0 ? steps.size() : builder.pointOfNoReturn;
  }

  /** Begins a script; {@code name} is the saga's kind, {@code version} counts from 1. */
  public static Builder named(String name, int version) {
    return new Builder(name, version);
  }

  /** The saga's kind. */
  public String name() {
    return name;
  }

  /** Counts from 1. */
  public int version() {
    return version;
  }

  /** The steps' names, in order. */
  public List<String> stepNames() {
    return steps.stream().map(Step::name).toList();
  }

  List<Step> steps() {
    return steps;
  }

  /**
   * Index of the first step behind the point of no return; the number of steps when there is none.
   */
  int pointOfNoReturn() {
    return pointOfNoReturn;
  }

  /**
   * One step; without an undo there is nothing to take back, without retries the runner's apply.
   */
  record Step(String name, Action action, @Nullable Undo undo, @Nullable Retries retries) {}

  /** Collects the steps. */
  public static final class Builder {
    private final String name;
    private final int version;
    private final List<Step> steps = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private int pointOfNoReturn = -1;

    private Builder(String name, int version) {
      this.name = name;
      this.version = version;
    }

    /** A step that makes nothing that would have to be taken back. */
    public Builder step(String step, Action action) {
      return add(new Step(step, action, null, null));
    }

    /** A step and how to take it back. */
    public Builder step(String step, Action action, Undo undo) {
      return add(new Step(step, action, undo, null));
    }

    /** How often and how soon the step just added is tried again, instead of the runner's way. */
    public Builder retrying(Retries retries) {
      Step last = steps.removeLast();
      steps.add(new Step(last.name(), last.action(), last.undo(), retries));
      return this;
    }

    /**
     * From here on the script only goes forward: no undo, no cancelling, failures are retried and
     * then parked.
     */
    public Builder pointOfNoReturn() {
      if (pointOfNoReturn >= 0) {
        throw new IllegalStateException("A script has one point of no return: " + name);
      }
      pointOfNoReturn = steps.size();
      return this;
    }

    /** The finished script; it has at least one step. */
    public Script build() {
      if (steps.isEmpty()) {
        throw new IllegalStateException("A script needs a step: " + name);
      }
      return new Script(this);
    }

    private Builder add(Step step) {
      if (!names.add(step.name())) {
        throw new IllegalStateException("Two steps of " + name + " are named " + step.name());
      }
      steps.add(step);
      return this;
    }
  }
}
