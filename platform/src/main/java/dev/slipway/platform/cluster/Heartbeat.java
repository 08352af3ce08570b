package dev.slipway.platform.cluster;

import com.sun.management.OperatingSystemMXBean;
import dev.slipway.platform.cluster.ProcessRegister.Beat;
import dev.slipway.platform.cluster.ProcessRegister.Load;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process' row fresh. Beats never overlap; one that fails is logged, and the next one says
 * the same again.
 */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final Vertx vertx;
  private final ProcessRegister register;
  private final Function<Usage, Future<Beat>> look;
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long cpuNanos = system.getProcessCpuTime();
  private long lookedAt = System.nanoTime();
  private long timer = -1;
  private boolean ended;
  private boolean failing;

  /**
   * What the Java machine uses.
   *
   * @param cpu processors in use since the look before: 1.0 is one whole processor
   * @param heapBytes of the heap in use
   */
  public record Usage(double cpu, long heapBytes) {
    /** With the work in hand. */
    public Load with(int running, int limit) {
      return new Load(running, limit, cpu, heapBytes);
    }
  }

  /**
   * A heart that does not beat yet.
   *
   * @param look what the process would say of itself now
   */
  public Heartbeat(Vertx vertx, ProcessRegister register, Function<Usage, Future<Beat>> look) {
    this.vertx = vertx;
    this.register = register;
    this.look = look;
  }

  /** The first beat; the others follow by themselves. Fails when the first one does. */
  public Future<Void> start(String id) {
    return register.arrive(id).compose(done -> beat()).onSuccess(done -> again());
  }

  /** Says at once what would be said at the next beat. */
  public Future<Void> beat() {
    return look.apply(usage()).compose(register::beat);
  }

  /** The last word: the row goes. Nothing is said after it. */
  public Future<Void> end(String id) {
    synchronized (this) {
      ended = true;
      vertx.cancelTimer(timer);
    }
    return register.leave(id);
  }

  private synchronized void again() {
    if (!ended) {
      timer =
          vertx.setTimer(
              TimeUnit.SECONDS.toMillis(ProcessRegister.BEAT_SECONDS),
              due -> beat().onComplete(done -> told(done.cause())));
    }
  }

  private void told(@Nullable Throwable failure) {
    if (failure != null) {
      LOG.warn("This process could not say that it lives: {}", failure.getMessage());
    } else if (failing) {
      LOG.info("This process is heard again");
    }
    failing = failure != null;
    again();
  }

  private synchronized Usage usage() {
    long now = System.nanoTime();
    long cpu = system.getProcessCpuTime();
    double used = now == lookedAt ? 0 : (double) (cpu - cpuNanos) / (now - lookedAt);
    cpuNanos = cpu;
    lookedAt = now;
    Runtime jvm = Runtime.getRuntime();
    return new Usage(Math.round(used * 1000) / 1000.0, jvm.totalMemory() - jvm.freeMemory());
  }
}
