package dev.slipway.platform.health;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this process has counted since its start, for {@code /metrics}. One set for the whole
 * process, as its metrics are; a name is given once and never made of what strangers send.
 */
public final class Counters {
  private static final Map<String, Counter> ALL = new ConcurrentSkipListMap<>();

  private Counters() {}

  /** Counts one thing. */
  public static final class Counter {
    private final String help;
    private final LongAdder count = new LongAdder();

    private Counter(String help) {
      this.help = help;
    }

    public void increment() {
      count.increment();
    }

    public String help() {
      return help;
    }

    public long value() {
      return count.sum();
    }
  }

  /** The counter of that name; made at the first call. */
  public static Counter named(String name, String help) {
    return ALL.computeIfAbsent(name, made -> new Counter(help));
  }

  /** All of them by name. */
  public static Map<String, Counter> all() {
    return Map.copyOf(ALL);
  }
}
