package dev.slipway.platform.bus;

import io.vertx.core.eventbus.ReplyFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened on this process' bus since it started. */
public final class BusCounts {
  final LongAdder asked = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder busy = new LongAdder();
  final LongAdder rung = new LongAdder();
  final LongAdder heard = new LongAdder();
  final LongAdder registeredAnew = new LongAdder();
  private final LongAdder unheard = new LongAdder();
  private final LongAdder late = new LongAdder();

  BusCounts() {}

  void failed(ReplyFailure kind) {
    switch (kind) {
      case NO_HANDLERS -> unheard.increment();
      case TIMEOUT -> late.increment();
      case RECIPIENT_FAILURE, ERROR -> {}
    }
  }

  /** By name, in a fixed order. */
  public Map<String, Long> all() {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("asked", asked.sum());
    all.put("answered", answered.sum());
    all.put("refused_busy", busy.sum());
    all.put("unheard", unheard.sum());
    all.put("late", late.sum());
    all.put("bells_rung", rung.sum());
    all.put("bells_heard", heard.sum());
    all.put("registered_anew", registeredAnew.sum());
    return all;
  }

  /** How often everything listened to was registered anew. */
  public long registeredAnew() {
    return registeredAnew.sum();
  }
}
