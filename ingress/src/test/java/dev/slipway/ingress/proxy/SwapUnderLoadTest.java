package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A hundred releases while everybody uses the application in every way: nobody may notice. */
class SwapUnderLoadTest {
  private static final int SWAPS = 100;
  private static final long REQUESTS = 300_000;

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong sockets = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();

  private interface Client {
    void run() throws Exception;
  }

  @Test
  void nobodyNoticesThatReleasesAreReplaced() throws Exception {
    try (TestIngress ingress = new TestIngress()) {
      TestOrigin first = release(0);
      ingress.with(serving("a.test", "r0", first));
      for (int i = 0; i < 24; i++) {
        client("keep-alive", () -> keepAlive(ingress));
      }
      client("new connections", () -> newConnections(ingress));
      client("slow", () -> slow(ingress));
      client("upload", () -> upload(ingress));
      client("websocket", () -> webSocket(ingress));
      client("events", () -> events(ingress));

      TestOrigin serving = first;
      for (int i = 1; i <= SWAPS; i++) {
        long due = REQUESTS * i / SWAPS;
        await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(Duration.ofMinutes(3))
            .until(() -> requests.get() >= due || !failures.isEmpty());
        TestOrigin next = release(i);
        ingress.with(serving("a.test", "r" + i, next));
        String old = "r" + (i - 1);
        await().atMost(Duration.ofSeconds(20)).until(() -> ingress.inFlight(old) == 0);
        serving.close(); // only now: the drain was confirmed
        serving = next;
      }
      over.set(true);
      for (Thread client : clients) {
        client.join(Duration.ofSeconds(20));
      }
      serving.close();
      assertThat(failures).isEmpty();
      assertThat(requests.get()).isGreaterThanOrEqualTo(REQUESTS);
      assertThat(sockets.get()).isPositive();
      assertThat(ingress.proxy().counters().totals()).containsEntry("broken", 0L);
    }
  }

  /** An application with every kind of answer; like a real one it closes unused connections. */
  private static TestOrigin release(int number) throws Exception {
    String body = "release " + number;
    return TestOrigin.playing(wire -> {
      String head;
      while ((head = wire.head()) != null) {
        if (head.contains("Upgrade: websocket")) {
          wire.send(TunnelTest.SWITCHING);
          wire.send(wire.bytes(5));
          return;
        } else if (head.startsWith("GET /events")) {
          wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
          for (int i = 0; i < 5; i++) {
            wire.send("data: " + i + "\n\n");
          }
          return;
        }
        byte[] sent = wire.body(head);
        wire.send(TestOrigin.ok(head.startsWith("POST") ? "got " + sent.length : body));
      }
    });
  }

  private void client(String name, Client work) {
    clients.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!over.get()) {
                  work.run();
                }
              } catch (Exception | AssertionError e) {
                failures.add(name + ": " + e);
              }
            }));
  }

  private void keepAlive(TestIngress ingress) throws Exception {
    try (Wire client = ingress.client()) {
      for (int i = 0; i < 2_000 && !over.get(); i++) {
        Wire.Answer answer = client.get("a.test", "/");
        assertThat(answer.status()).isEqualTo(200);
        requests.incrementAndGet();
      }
    }
  }

  private void newConnections(TestIngress ingress) throws Exception {
    try (Wire client = ingress.client()) {
      assertThat(client.get("a.test", "/").text()).startsWith("release ");
      requests.incrementAndGet();
    }
  }

  private void slow(TestIngress ingress) throws Exception {
    try (Wire client = ingress.client()) {
      for (byte b : "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        client.send(new byte[] {b});
        Thread.yield();
      }
      assertThat(client.answer().status()).isEqualTo(200);
      requests.incrementAndGet();
    }
  }

  private void upload(TestIngress ingress) throws Exception {
    byte[] piece = new byte[10_000];
    try (Wire client = ingress.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 200000\r\n\r\n");
      for (int i = 0; i < 20; i++) {
        client.send(piece);
        Thread.yield();
      }
      assertThat(client.answer().text()).isEqualTo("got 200000");
      requests.incrementAndGet();
    }
  }

  private void webSocket(TestIngress ingress) throws Exception {
    try (Wire client = ingress.client()) {
      client.send(TunnelTest.UPGRADE);
      assertThat(client.head()).startsWith("HTTP/1.1 101");
      client.send("hello");
      assertThat(new String(client.bytes(5), StandardCharsets.US_ASCII)).isEqualTo("hello");
      sockets.incrementAndGet();
    }
  }

  private void events(TestIngress ingress) throws Exception {
    try (Wire client = ingress.client()) {
      assertThat(client.get("a.test", "/events").text()).endsWith("data: 4\n\n");
      requests.incrementAndGet();
    }
  }
}
