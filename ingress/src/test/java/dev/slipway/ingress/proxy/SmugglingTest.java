package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmugglingTest {
  private final AtomicInteger reached = new AtomicInteger();
  private TestIngress ingress;
  private TestOrigin origin;

  @BeforeEach
  void open() throws IOException {
    ingress = new TestIngress();
    origin =
        TestOrigin.answering((head, body) -> {
          reached.incrementAndGet();
          return TestOrigin.ok("reached");
        });
    ingress.with(serving("a.test", "r", origin));
  }

  @AfterEach
  void close() throws IOException {
    ingress.close();
    origin.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked|Content-Length: 0",
        "Content-Length: 5|Content-Length: 5",
        "Content-Length: 5|Content-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: -1",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length : 5",
        "Content-Xength: 5",
        "content-xength: 5",
        "CONTENT-1ENGTH: 5",
        "Content_Length: 5",
        "Transfer_Encoding: chunked",
        "Transfer-Xncoding: chunked",
        "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding : chunked",
        " Transfer-Encoding: chunked",
        "X: y\n Transfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
        "X: \u0000",
        "X\u0000: y",
        ": y",
        "X y",
        "X: y| folded",
        "Host: other.test"
      })
  void whatCouldBeReadInTwoWaysIsRefused(String headers) throws Exception {
    try (Wire client = ingress.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a.test\r\n" + headers.replace("|", "\r\n") + "\r\n\r\nhello");
      assertThat(client.answer().status()).isIn(400, 501);
      assertThat(client.rest()).isEmpty();
    }
    assertThat(reached).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /  HTTP/1.1",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /",
        "GET / HTTP/2.0",
        "GET / HTTP/11",
        "GET / http/1.1",
        "GET index HTTP/1.1",
        "GET /\u0001 HTTP/1.1",
        "G@T / HTTP/1.1",
        "CONNECT a.test:80 HTTP/1.1",
        "GET http://other.test/ HTTP/1.1",
        "GET * HTTP/1.1",
        "GET https://a.test/ HTTP/1.1",
        "GET http://user@a.test/ HTTP/1.1"
      })
  void aFirstLineThatIsNotPlainIsRefused(String line) throws Exception {
    try (Wire client = ingress.client()) {
      client.send(line + "\r\nHost: a.test\r\n\r\n");
      assertThat(client.answer().status()).isIn(400, 501, 505);
    }
    assertThat(reached).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "\r\n",
        ";x\r\n",
        "-1\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "1000000000000000\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nX\r\n\r\n",
        "0\r\nX: a\nY: b\r\n\r\n",
        "0\n\r\n"
      })
  void brokenChunksEndTheRequestAndTheConnection(String body) throws Exception {
    try (Wire client = ingress.client()) {
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.rest()).isEmpty();
    }
    assertThat(reached).hasValue(0);
  }

  @Test
  void headsHaveALimitInBytesAndFields() throws Exception {
    try (Wire client = ingress.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(431);
    }
    try (Wire client = ingress.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n" + "X: y\r\n".repeat(200) + "\r\n");
      assertThat(client.answer().status()).isEqualTo(431);
    }
    try (Wire client = ingress.client()) {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX: " + "x".repeat(30_000) + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void theLongFormOfATargetIsShortened() throws Exception {
    try (Wire client = ingress.client()) {
      client.send("GET http://A.test:80/x HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void slowHeadsAreCutOff() throws Exception {
    try (TestIngress impatient =
            new TestIngress(
                TestIngress.impatient(), dev.slipway.ingress.http.TrustedProxies.nobody());
        Wire client = Wire.to(impatient.port());
        Wire silent = Wire.to(impatient.port())) {
      client.send("GET / HTTP/1.1\r\nHo");
      assertThat(client.answer().status()).isEqualTo(408);
      assertThat(silent.rest()).isEmpty();
    }
  }

  /**
   * Documents CVE-2026-102479 in the HTTP server that our own API and many applications use: once
   * it is fixed this fails, and the guard in the ingress may be lifted.
   */
  @Test
  void contentXengthIsMisreadUpstreamBug() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      int port =
          vertx
              .createHttpServer()
              .requestHandler(request ->
                  request.response().end(String.valueOf(request.getHeader("Content-Length"))))
              .listen(0, "127.0.0.1")
              .await()
              .actualPort();
      try (Wire client = Wire.to(port)) {
        client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Xength: 5\r\n\r\nhello");
        assertThat(client.answer().text()).isEqualTo("5");
      }
    } finally {
      vertx.close().await();
    }
  }
}
