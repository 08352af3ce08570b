package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that is in no cluster, and another one whose row is fresh. */
class RejoinWatchTest {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration OFTEN = Duration.ofMillis(20);

  private final Vertx vertx = Vertx.vertx();
  private final int port = Ports.free();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();

  @AfterEach
  void end() {
    vertx.close().await();
  }

  private void watch(Future<List<String>> rows) {
    new RejoinWatch(
            vertx,
            new RejoinPolicy(Duration.ofMillis(100)),
            () -> null,
            () -> {
              looks.incrementAndGet();
              return rows;
            },
            told::add,
            OFTEN)
        .start();
  }

  private NetServer open() {
    return vertx
        .createNetServer()
        .connectHandler(socket -> socket.close())
        .listen(port, LOOPBACK)
        .await();
  }

  private void awaitLooks(int more) {
    int before = looks.get();
    await().atMost(Duration.ofSeconds(30)).until(() -> looks.get() >= before + more);
  }

  @Test
  void itEndsOnceWhenTheOtherIsInReachAndNotBefore() {
    watch(Future.succeededFuture(List.of(LOOPBACK + ":" + port)));
    awaitLooks(20);
    assertThat(told).isEmpty();

    open();
    await().atMost(Duration.ofSeconds(30)).until(() -> !told.isEmpty());
    assertThat(told).singleElement().asString().contains("tables");
  }

  @Test
  void withoutTheRowsNothingIsKnownAndNothingIsDone() {
    open();
    watch(Future.failedFuture("the database is away"));
    awaitLooks(20);
    assertThat(told).isEmpty();
  }

  @Test
  void theOnlyOneAliveStays() {
    open();
    watch(Future.succeededFuture(List.of()));
    awaitLooks(20);
    assertThat(told).isEmpty();
  }
}
