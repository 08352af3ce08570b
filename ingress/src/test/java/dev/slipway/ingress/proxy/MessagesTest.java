package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private TestIngress ingress;

  @BeforeEach
  void open() throws IOException {
    ingress = new TestIngress();
  }

  @AfterEach
  void close() {
    ingress.close();
  }

  private Wire clientOf(TestOrigin origin) throws IOException {
    ingress.with(serving("a.test", "r", origin));
    return ingress.client();
  }

  @Test
  void bodiesPassBothWaysInEveryFraming() throws Exception {
    try (TestOrigin echo =
            TestOrigin.answering(
                (head, body) -> TestOrigin.ok(new String(body, StandardCharsets.US_ASCII)));
        Wire client = clientOf(echo)) {
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.answer().text()).isEqualTo("hello");
      client.send(
          "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n");
      assertThat(client.answer().text()).isEqualTo("abc0123456789");
      // One byte per segment: no boundary matters.
      for (byte b :
          "PUT / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII)) {
        client.send(new byte[] {b});
      }
      assertThat(client.answer().text()).isEqualTo("ok");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (TestOrigin path = TestOrigin.answering((head, body) -> TestOrigin.ok(head.split(" ")[1]));
        Wire client = clientOf(path)) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a.test\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 500; i++) {
        assertThat(client.answer().text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void trailersAndInterimAnswersReachTheClient() throws Exception {
    TestOrigin.Script script =
        wire -> {
          assertThat(wire.head()).contains("Expect: 100-continue");
          wire.send(
              "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
          assertThat(wire.bytes(3)).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
          wire.send(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n");
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = clientOf(origin)) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 103").contains("Link: </a.css>");
      assertThat(client.head()).startsWith("HTTP/1.1 100");
      client.send("abc");
      assertThat(client.head()).startsWith("HTTP/1.1 200").contains("Trailer: X-T");
      assertThat(new String(client.bytes(20), StandardCharsets.US_ASCII))
          .isEqualTo("2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n");
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionIsFramedForTheClient() throws Exception {
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.send("HTTP/1.0 200 OK\r\n\r\nuntil ").send("the end");
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = clientOf(origin)) {
      for (int i = 0; i < 3; i++) {
        Wire.Answer answer = client.get("a.test", "/");
        assertThat(answer.head()).startsWith("HTTP/1.1 200").contains("Transfer-Encoding: chunked");
        assertThat(answer.text()).isEqualTo("until the end");
      }
    }
  }

  @Test
  void anOldClientGetsNoChunks() throws Exception {
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n";
    try (TestOrigin origin = TestOrigin.answering((head, body) -> chunked);
        Wire client = clientOf(origin)) {
      client.send("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.head()).contains("Connection: close").doesNotContain("chunked");
      assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("old");
    }
    try (TestOrigin origin = TestOrigin.saying("kept");
        Wire client = clientOf(origin)) {
      for (int i = 0; i < 2; i++) {
        client.send("GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.answer().text()).isEqualTo("kept");
      }
    }
  }

  @Test
  void answersWithoutABodyKeepTheConnectionInStep() throws Exception {
    try (TestOrigin origin =
            TestOrigin.answering((head, body) ->
                head.startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
                    : head.contains("/304")
                        ? "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"
                        : "HTTP/1.1 204 No Content\r\n\r\n");
        Wire client = clientOf(origin)) {
      for (String request : new String[] {"HEAD /", "GET /304", "GET /204"}) {
        client.send(request + " HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 ");
      }
      assertThat(origin.accepted()).isEqualTo(1);
    }
  }

  @Test
  void serverSentEventsArriveAtOnce() throws Exception {
    CountDownLatch next = new CountDownLatch(1);
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n");
          next.await();
          wire.send("data: two\n\n");
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = clientOf(origin)) {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      client.head();
      client.line();
      assertThat(client.line()).isEqualTo("data: one");
      next.countDown();
      while (!client.line().equals("data: two")) {}
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNeverTakenForWhole() throws Exception {
    for (String begun :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhalf"
        }) {
      TestOrigin.Script script =
          wire -> {
            wire.head();
            wire.send(begun);
          };
      try (TestOrigin origin = TestOrigin.playing(script);
          Wire client = clientOf(origin)) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void whatIsNoHttpBecomesA502() throws Exception {
    for (String nonsense :
        new String[] {
          "SSH-2.0-OpenSSH\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n",
          ""
        }) {
      TestOrigin.Script script =
          wire -> {
            wire.head();
            wire.send(nonsense);
          };
      try (TestOrigin origin = TestOrigin.playing(script);
          Wire client = clientOf(origin)) {
        assertThat(client.get("a.test", "/").status()).isEqualTo(502);
      }
    }
    await().until(() -> ingress.inFlight("r") == 0);
  }

  @Test
  void anEarlyAnswerEndsAnUploadWithoutLosingTheAnswer() throws Exception {
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
          wire.bytes(1);
        };
    try (TestOrigin origin = TestOrigin.playing(script);
        Wire client = clientOf(origin)) {
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 50000000\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.head()).contains("Connection: close");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void anUploadWaitsForAnApplicationThatDoesNotRead() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    long size = 64L << 20;
    TestOrigin.Script script =
        wire -> {
          wire.head();
          read.await();
          byte[] piece = new byte[1 << 16];
          for (long left = size; left > 0; ) {
            left -= wire.read(piece);
          }
          wire.send(TestOrigin.ok("all"));
        };
    AtomicLong sent = new AtomicLong();
    try (TestOrigin origin = TestOrigin.playing(script, 32 * 1024);
        Wire client = clientOf(origin)) {
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + size + "\r\n\r\n");
      Thread upload = Thread.ofPlatform().start(() -> flood(client, size, sent));
      long stalledAt = stalled(sent);
      assertThat(stalledAt).as("what kernels and ingress took").isLessThan(32L << 20);
      assertThat(ingress.proxy().bufferMemory()).isLessThan(8L << 20);
      read.countDown();
      assertThat(client.answer().text()).isEqualTo("all");
      upload.join(TimeUnit.SECONDS.toMillis(10));
      assertThat(sent.get()).isEqualTo(size);
    }
  }

  @Test
  void aDownloadWaitsForAClientThatDoesNotRead() throws Exception {
    long size = 64L << 20;
    AtomicLong sent = new AtomicLong();
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
          flood(wire, size, sent);
        };
    try (TestOrigin origin = TestOrigin.playing(script)) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = Wire.to(ingress.port(), 32 * 1024)) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        assertThat(stalled(sent)).isLessThan(32L << 20);
        assertThat(ingress.proxy().bufferMemory()).isLessThan(8L << 20);
        client.head();
        byte[] piece = new byte[1 << 16];
        for (long left = size; left > 0; ) {
          int n = client.read(piece);
          assertThat(n).isPositive();
          left -= n;
        }
      }
    }
  }

  static void flood(Wire wire, long size, AtomicLong sent) {
    byte[] piece = new byte[1 << 16];
    try {
      while (sent.get() < size) {
        wire.send(piece);
        sent.addAndGet(piece.length);
      }
    } catch (SocketException e) {
      sent.set(-1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Waits until nothing more is sent for a while; tells how much was. */
  static long stalled(AtomicLong sent) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .atMost(20, TimeUnit.SECONDS)
        .pollDelay(300, TimeUnit.MILLISECONDS)
        .pollInterval(700, TimeUnit.MILLISECONDS)
        .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
    return sent.get();
  }

  @Test
  void whoGoesAwayIsNotServedToTheEnd() throws Exception {
    CountDownLatch noticed = new CountDownLatch(1);
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.rest();
          noticed.countDown();
        };
    try (TestOrigin origin = TestOrigin.playing(script)) {
      Wire client = clientOf(origin);
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      await().until(() -> ingress.inFlight("r") == 1);
      client.close();
      assertThat(noticed.await(5, TimeUnit.SECONDS)).isTrue();
      await().until(() -> ingress.inFlight("r") == 0);
    }
  }
}
