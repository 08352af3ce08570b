package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.ingress.http.TrustedProxies;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunnelTest {
  static final String UPGRADE =
      "GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
  static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  private TestIngress ingress;

  @BeforeEach
  void open() throws IOException {
    ingress = new TestIngress();
  }

  @AfterEach
  void close() {
    ingress.close();
  }

  private static void upgrade(Wire wire) throws IOException {
    assertThat(wire.head())
        .contains("\r\nConnection: upgrade\r\nUpgrade: websocket\r\n")
        .contains("X-Forwarded-For: 127.0.0.1");
    wire.send(SWITCHING);
  }

  private Wire upgraded(TestOrigin origin) throws IOException {
    ingress.with(serving("a.test", "r", origin));
    Wire client = Wire.to(ingress.port(), 32 * 1024).send(UPGRADE);
    assertThat(client.head()).startsWith("HTTP/1.1 101").contains("Upgrade: websocket");
    return client;
  }

  @Test
  void bytesPassBothWaysFromTheFirstOne() throws Exception {
    TestOrigin.Script script =
        wire -> {
          upgrade(wire);
          wire.send("first");
          byte[] said = wire.bytes(4);
          wire.send(said);
        };
    try (TestOrigin origin = TestOrigin.playing(script)) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client()) {
        client.send(UPGRADE + "ping"); // said before the application agreed
        assertThat(client.head()).startsWith("HTTP/1.1 101");
        assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("firstping");
      }
    }
    await().until(() -> ingress.inFlight("r") == 0);
  }

  @Test
  void anApplicationThatDeclinesAnswersAsUsual() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("no")) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client()) {
        client.send(UPGRADE);
        assertThat(client.answer().text()).isEqualTo("no");
        assertThat(client.get("a.test", "/").text()).isEqualTo("no");
      }
    }
  }

  @Test
  void aClientThatDoesNotReadStopsTheApplication() throws Exception {
    AtomicLong sent = new AtomicLong();
    TestOrigin.Script script =
        wire -> {
          upgrade(wire);
          MessagesTest.flood(wire, 400L << 20, sent);
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = upgraded(origin)) {
      assertThat(MessagesTest.stalled(sent)).isLessThan(32L << 20);
      assertThat(ingress.proxy().bufferMemory()).isLessThan(8L << 20);
      assertThat(client.bytes(1 << 20)).hasSize(1 << 20);
      await().until(() -> sent.get() > 0);
    }
    await().until(() -> ingress.inFlight("r") == 0);
  }

  @Test
  void anApplicationThatDoesNotReadStopsTheClient() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    TestOrigin.Script script =
        wire -> {
          upgrade(wire);
          read.await();
          byte[] piece = new byte[1 << 16];
          int n;
          while ((n = wire.read(piece)) > 0) {
            received.addAndGet(n);
          }
        };
    AtomicLong sent = new AtomicLong();
    long size = 64L << 20;
    try (TestOrigin origin = TestOrigin.playing(script, 32 * 1024);
        Wire client = upgraded(origin)) {
      Thread.ofPlatform().start(() -> MessagesTest.flood(client, size, sent));
      assertThat(MessagesTest.stalled(sent)).isLessThan(32L << 20);
      assertThat(ingress.proxy().bufferMemory()).isLessThan(8L << 20);
      read.countDown();
      await().atMost(Duration.ofSeconds(20)).until(() -> received.get() == size);
    }
  }

  @Test
  void whoHasSaidItsLastWordMayStillListen() throws Exception {
    TestOrigin.Script script =
        wire -> {
          upgrade(wire);
          byte[] all = wire.rest();
          wire.send("got " + all.length);
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = upgraded(origin)) {
      client.send("x".repeat(200_000)).endOutput();
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("got 200000");
    }
    await().until(() -> ingress.inFlight("r") == 0);
  }

  @Test
  void aSilentTunnelIsClosedAtItsLimit() throws Exception {
    try (TestIngress impatient = new TestIngress(TestIngress.impatient(), TrustedProxies.nobody());
        TestOrigin origin =
            TestOrigin.playing(wire -> {
              upgrade(wire);
              wire.rest();
            })) {
      impatient.with(serving("a.test", "r", origin));
      try (Wire client = impatient.client()) {
        client.send(UPGRADE);
        client.head();
        assertThat(client.rest()).isEmpty();
      }
      await().until(() -> impatient.inFlight("r") == 0 && origin.connections() == 0);
    }
  }

  @Test
  void webSocketsAreToldWhenTheIngressGoes() throws Exception {
    CountDownLatch frames = new CountDownLatch(1);
    TestOrigin.Script script =
        wire -> {
          upgrade(wire);
          byte[] big = new byte[70_000 + 10];
          big[0] = (byte) 0x82;
          big[1] = 127;
          big[7] = 1; // 65536 + 4464 = 70000
          big[8] = 17;
          big[9] = 112;
          wire.send(big).send(new byte[] {(byte) 0x81, 2, 'h', 'i'});
          frames.countDown();
          wire.rest();
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = upgraded(origin)) {
      frames.await();
      client.bytes(70_014);
      Thread.ofPlatform().start(() -> ingress.proxy().close(Duration.ofSeconds(5)));
      assertThat(client.rest()).containsExactly(0x88, 2, 3, 0xe9);
    }
  }

  @Test
  void answersUnderWayAreFinishedWhenTheIngressGoes() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestOrigin origin =
        TestOrigin.answering((head, body) -> {
          go.await();
          return TestOrigin.ok("late");
        })) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client();
          Wire idle = ingress.client()) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        await().until(() -> ingress.inFlight("r") == 1);
        Thread closing =
            Thread.ofPlatform().start(() -> ingress.proxy().close(Duration.ofSeconds(9)));
        assertThat(idle.rest()).isEmpty();
        go.countDown();
        Wire.Answer answer = client.answer();
        assertThat(answer.text()).isEqualTo("late");
        // Whether the answer could still say "Connection: close" depends on whose loop heard first.
        assertThat(client.rest()).isEmpty();
        closing.join();
      }
    }
  }

  @Test
  void aRequestOnItsWayWhenTheIngressGoesIsAnswered() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("still here")) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client()) {
        assertThat(client.get("a.test", "/").text()).isEqualTo("still here");
        Thread closing =
            Thread.ofPlatform().start(() -> ingress.proxy().close(Duration.ofSeconds(9)));
        await().until(this::letsNobodyIn);
        assertThat(client.get("a.test", "/").text()).isEqualTo("still here");
        assertThat(client.rest()).isEmpty();
        closing.join();
      }
    }
  }

  private boolean letsNobodyIn() throws IOException {
    try (Wire refused = ingress.client()) {
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }
}
