package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.Readiness;
import dev.slipway.platform.cluster.ManagementServer.Answers;
import dev.slipway.platform.cluster.ManagementServer.Metric;
import dev.slipway.platform.health.Counters;
import dev.slipway.platform.health.Health;
import dev.slipway.platform.health.HealthChecks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a process stands, for whoever asks its management port: from the first moment on, when there
 * is no database, no cluster and no service yet.
 */
final class Standing implements Answers {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * A member that dies unsettles the cluster for all others until it is given up, some ten seconds:
   * work goes on meanwhile, by rows and polling. Were they not ready either, nobody would be.
   */
  private static final Duration UNSETTLED_AT_MOST = Duration.ofSeconds(30);

  private final Vertx own;
  private final ProcessIdentity self;
  private final Readiness readiness;
  private volatile @Nullable Membership membership;
  private volatile @Nullable Up up;

  /** When the cluster was last settled as seen from here; 0 before the first time. */
  private volatile long settledNanos;

  /** What there is once the process is up. */
  record Up(Ground ground, Service service, EventLoops loops) {}

  /**
   * @param own the management port's Vert.x, not the service's
   */
  Standing(Vertx own, ProcessIdentity self, Readiness readiness) {
    this.own = own;
    this.self = self;
    this.readiness = readiness;
  }

  void isMember(Membership membership) {
    this.membership = membership;
  }

  /** Null before this process is in its cluster. */
  @Nullable Membership membership() {
    return membership;
  }

  void isUp(Up up) {
    this.up = up;
  }

  /** A loop that answers nothing within seconds will not mend itself. */
  @Override
  public Future<Health> live() {
    HealthChecks checks = new HealthChecks(own);
    Up known = up;
    if (known != null) {
      checks.add("event loops", PATIENCE, known.loops()::turn);
    }
    return checks.run();
  }

  @Override
  public Future<Health> ready() {
    HealthChecks checks = new HealthChecks(own).add("process", PATIENCE, this::isReady);
    Up known = up;
    Membership place = membership;
    if (known != null && place != null) {
      checks
          .add("database", PATIENCE, () -> known.ground().truth().ping().map(""))
          .add("cluster", PATIENCE, () -> settled(place));
    }
    return checks.run();
  }

  private Future<String> isReady() {
    return readiness.isReady()
        ? Future.succeededFuture("")
        : Future.failedFuture("not ready: " + readiness.missing());
  }

  /** The first time it must be so; after that a while in which it is not is borne. */
  private Future<String> settled(Membership place) {
    return place
        .settled()
        .onSuccess(well -> settledNanos = System.nanoTime())
        .recover(failure -> {
          long since = settledNanos;
          return since != 0 && System.nanoTime() - since < UNSETTLED_AT_MOST.toNanos()
              ? Future.succeededFuture("unsettled: " + failure.getMessage())
              : Future.failedFuture(failure);
        });
  }

  @Override
  public Future<List<Metric>> metrics() {
    List<Metric> all = new ArrayList<>();
    machine(all);
    Up known = up;
    if (known == null) {
      return Future.succeededFuture(all);
    }
    gauge(
        all,
        "slipway_work_running",
        "Pieces of work in hand",
        known.service().running().getAsInt());
    gauge(all, "slipway_work_limit", "Pieces of work at a time", known.service().limit());
    for (Map.Entry<String, Long> count : known.ground().bus().counts().all().entrySet()) {
      all.add(
          new Metric(
              "slipway_bus_messages_total",
              "counter",
              "What happened on this process' bus",
              "kind=\"" + count.getKey() + "\"",
              count.getValue()));
    }
    Counters.all()
        .forEach((name, counter) ->
            all.add(new Metric(name, "counter", counter.help(), "", counter.value())));
    Cluster cluster = known.ground().cluster();
    gauge(all, "slipway_cluster_members", "Members as seen here", cluster.members().size());
    return cluster
        .safe()
        .map(safe -> {
          gauge(
              all, "slipway_cluster_safe", "1: the loss of any member loses nothing", safe ? 1 : 0);
          return all;
        });
  }

  private void machine(List<Metric> all) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Runtime jvm = Runtime.getRuntime();
    String who =
        String.format(Locale.ROOT, "role=\"%s\",version=\"%s\"", self.role(), self.version());
    all.add(new Metric("slipway_process_info", "gauge", "Who this is", who, 1));
    gauge(all, "slipway_process_ready", "1: work may be sent here", readiness.isReady() ? 1 : 0);
    all.add(
        new Metric(
            "process_cpu_seconds_total",
            "counter",
            "Processor time",
            "",
            system.getProcessCpuTime() / 1e9));
    gauge(
        all,
        "process_uptime_seconds",
        "Age of the Java machine",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3);
    gauge(
        all,
        "jvm_memory_heap_used_bytes",
        "Heap in use",
        (double) (jvm.totalMemory() - jvm.freeMemory()));
    gauge(all, "jvm_memory_heap_max_bytes", "Heap at most", (double) jvm.maxMemory());
    gauge(
        all,
        "jvm_threads_current",
        "Platform threads",
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static void gauge(List<Metric> all, String name, String help, double value) {
    all.add(new Metric(name, "gauge", help, "", value));
  }
}
