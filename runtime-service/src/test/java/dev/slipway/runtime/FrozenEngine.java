package dev.slipway.runtime;

import dev.slipway.docker.DockerEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An engine as a process sees it that is stopped (SIGSTOP) at one of its changes, right before the
 * request leaves or right after the answer has come, and goes on much later.
 */
public final class FrozenEngine {
  /** What changes something that others see. */
  private static final Set<String> CHANGES =
      Set.of(
          "createService",
          "changeService",
          "scaleService",
          "labelService",
          "restartService",
          "removeService",
          "stopContainer",
          "removeContainer",
          "ensureNetwork");

  private final DockerEngine engine;
  private final int at;
  private final boolean before;
  private final AtomicInteger changes = new AtomicInteger();
  private final CountDownLatch frozen = new CountDownLatch(1);
  private final CountDownLatch thawed = new CountDownLatch(1);
  private volatile @Nullable String where;

  /**
   * Freezes once.
   *
   * @param at the number of the change, from 1
   * @param before its request leaves; otherwise after its answer
   */
  public FrozenEngine(DockerEngine engine, int at, boolean before) {
    this.engine = engine;
    this.at = at;
    this.before = before;
  }

  public DockerEngine asEngine() {
    return (DockerEngine)
        Proxy.newProxyInstance(
            DockerEngine.class.getClassLoader(),
            new Class<?>[] {DockerEngine.class},
            (proxy, method, arguments) -> {
              boolean chosen =
                  CHANGES.contains(method.getName()) && changes.incrementAndGet() == at;
              if (chosen && before) {
                freeze(method.getName());
              }
              try {
                return method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (chosen && !before) {
                  freeze(method.getName());
                }
              }
            });
  }

  private void freeze(String method) throws InterruptedException {
    where = method;
    frozen.countDown();
    thawed.await();
  }

  /** Whether it stands still now. */
  public boolean isFrozen() {
    return frozen.getCount() == 0;
  }

  /** The call it was frozen at; null when it never came that far. */
  public @Nullable String where() {
    return where;
  }

  public void thaw() {
    thawed.countDown();
  }
}
