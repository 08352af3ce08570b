package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.route;
import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.route.RouteState;
import dev.slipway.ingress.http.TrustedProxies;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
  private TestIngress ingress = open();

  private static TestIngress open() {
    try {
      return new TestIngress();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() {
    ingress.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example.org",
        "SHOP.Example.Org",
        "shop.example.org:8080",
        "shop.example.org."
      })
  void aHostIsFoundHoweverItIsSpelled(String host) throws Exception {
    try (TestOrigin shop = TestOrigin.saying("shop");
        TestOrigin blog = TestOrigin.saying("blog")) {
      ingress.with(
          serving("shop.example.org", "r1", shop), serving("blog.example.org", "r2", blog));
      try (Wire client = ingress.client()) {
        assertThat(client.get(host, "/").text()).isEqualTo("shop");
        assertThat(client.get("blog.example.org", "/").text()).isEqualTo("blog");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[::1]",
        "[::1]:80",
        "a b",
        "a/b",
        "user@host",
        "a..b",
        "",
        ".",
        "host:port",
        "host:0",
        "host:99999",
        "host:",
        "a,b",
        "%61"
      })
  void oddHostsAreRefused(String host) throws Exception {
    try (Wire client = ingress.client()) {
      assertThat(client.get(host, "/").status()).isEqualTo(400);
    }
  }

  @Test
  void everyTaskOfAReleaseGetsItsShare() throws Exception {
    try (TestOrigin one = TestOrigin.saying("1");
        TestOrigin two = TestOrigin.saying("2");
        TestOrigin three = TestOrigin.saying("3")) {
      ingress.with(serving("a.test", "r", one, two, three));
      Set<String> seen = new HashSet<>();
      try (Wire client = ingress.client()) {
        for (int i = 0; i < 12; i++) {
          seen.add(client.get("a.test", "/").text());
        }
      }
      assertThat(seen).containsExactlyInAnyOrder("1", "2", "3");
    }
  }

  @Test
  void aTaskThatRefusesIsPassedOver() throws Exception {
    TestOrigin gone = TestOrigin.saying("gone");
    gone.close();
    try (TestOrigin alive = TestOrigin.saying("alive")) {
      ingress.with(serving("a.test", "r", gone, alive));
      try (Wire client = ingress.client()) {
        for (int i = 0; i < 20; i++) {
          client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi");
          assertThat(client.answer().text()).isEqualTo("alive");
        }
      }
    }
    assertThat(ingress.inFlight("r")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le"})
  void whatATaskTookAndDiedOverIsAskedOfAnotherOneIfThatDoesNoHarm(String lastWords)
      throws Exception {
    AtomicInteger deaths = new AtomicInteger();
    TestOrigin.Script dying =
        wire -> {
          wire.body(Objects.requireNonNull(wire.head()));
          deaths.incrementAndGet();
          wire.send(lastWords);
        };
    try (TestOrigin dies = TestOrigin.playing(dying);
        TestOrigin alive = TestOrigin.saying("alive")) {
      ingress.with(serving("a.test", "r", dies, alive));
      try (Wire client = ingress.client()) {
        for (int i = 0; i < 20; i++) {
          assertThat(client.get("a.test", "/").text()).isEqualTo("alive");
        }
        assertThat(deaths).hasPositiveValue();
      }
      ingress.with(serving("a.test", "r", dies));
      int before = deaths.get();
      try (Wire client = ingress.client()) {
        client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(client.answer().status()).isEqualTo(502);
      }
      assertThat(deaths).as("it may have been done").hasValue(before + 1);
    }
    assertThat(ingress.inFlight("r")).isZero();
  }

  @Test
  void connectionsToTheApplicationAreKept() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("x")) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client()) {
        for (int i = 0; i < 50; i++) {
          assertThat(client.get("a.test", "/").status()).isEqualTo(200);
        }
      }
      assertThat(origin.accepted()).isEqualTo(1);
      // A task that is not routed any more is let go at once.
      ingress.with();
      await().until(() -> origin.connections() == 0);
    }
  }

  @Test
  void aKeptConnectionThatTheApplicationClosedIsNoFailure() throws Exception {
    TestOrigin.Script once =
        wire -> {
          wire.head();
          wire.send(TestOrigin.ok("once")); // and closes, without having said so
        };
    try (TestOrigin origin = TestOrigin.playing(once)) {
      ingress.with(serving("a.test", "r", origin));
      try (Wire client = ingress.client()) {
        for (int i = 0; i < 200; i++) {
          assertThat(client.get("a.test", "/").text()).isEqualTo("once");
        }
      }
    }
  }

  @Test
  void anErrorPageSaysWhatToDoInTheFormTheClientReads() throws Exception {
    try (TestOrigin origin = TestOrigin.saying("x")) {
      ingress.with(
          serving("none.test", "r1"),
          route("off.test", "r2", RouteState.STOPPED, origin),
          serving("on.test", "r3", origin));
      origin.close();
      for (String accept : List.of("text/html,*/*", "application/json", "*/*")) {
        assertPage(
            "nobody.test", accept, 404, "unknown_host", "No application answers at nobody.test");
        assertPage("none.test", accept, 503, "application_unavailable", "no running instance");
        assertPage("off.test", accept, 503, "application_stopped", "is stopped");
        assertPage("on.test", accept, 502, "application_unreachable", "did not answer");
      }
    }
  }

  private void assertPage(String host, String accept, int status, String code, String says)
      throws Exception {
    try (Wire client = ingress.client()) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nAccept: " + accept + "\r\n\r\n");
      Wire.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.text()).contains(says).doesNotContain("127.0.0.1").doesNotContain("dev.");
      if (accept.contains("json")) {
        assertThat(answer.head()).contains("application/problem+json");
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"", "\"remedy\":");
      } else if (accept.contains("html")) {
        assertThat(answer.head()).contains("text/html");
      }
      client.send("HEAD / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertThat(client.head()).contains(" " + status + " ").contains("Content-Length");
      assertThat(client.get(host, "/").status())
          .as("the connection stays in step")
          .isEqualTo(status);
    }
  }

  @Test
  void theApplicationIsToldWhoAskedAndNothingTheClientInvented() throws Exception {
    try (TestOrigin echo = TestOrigin.answering((head, body) -> TestOrigin.ok(head))) {
      ingress.with(serving("a.test", "r", echo));
      try (Wire client = ingress.client()) {
        client.send(
            """
            GET /path?q=1 HTTP/1.1\r
            Host: A.test:8080\r
            X-Forwarded-For: 6.6.6.6\r
            X_Forwarded_For: 6.6.6.6\r
            X-Forwarded-Host: evil\r
            X-Forwarded-Port: 6\r
            X-Real-IP: 6.6.6.6\r
            Forwarded: for=6.6.6.6\r
            Connection: keep-alive, X-Secret-Hop\r
            X-Secret-Hop: 6\r
            Keep-Alive: timeout=6\r
            TE: trailers, gzip\r
            Proxy-Connection: 6\r
            Proxy-Authorization: 6\r
            Upgrade: h2c\r
            HTTP2-Settings: 6\r
            Cookie: kept=1\r
            \r
            """);
        assertThat(client.answer().text().lines())
            .containsExactly(
                "GET /path?q=1 HTTP/1.1",
                "Host: A.test:8080",
                "Cookie: kept=1",
                "TE: trailers",
                "X-Forwarded-For: 127.0.0.1",
                "X-Real-IP: 127.0.0.1",
                "X-Forwarded-Proto: http",
                "Forwarded: for=127.0.0.1;proto=http;host=\"A.test:8080\"",
                "X-Forwarded-Host: A.test:8080");
      }
    }
  }

  @Test
  void aTrustedProxyIsBelievedAndAddedTo() throws Exception {
    ingress.close();
    ingress = new TestIngress(Limits.defaults(), TrustedProxies.parse("10.0.0.0/8, 127.0.0.1"));
    try (TestOrigin echo = TestOrigin.answering((head, body) -> TestOrigin.ok(head))) {
      ingress.with(serving("a.test", "r", echo));
      try (Wire client = ingress.client()) {
        client.send(
            """
            GET / HTTP/1.1\r
            Host: a.test\r
            X-Forwarded-For: 203.0.113.7\r
            X-Forwarded-Proto: https\r
            Forwarded: for=203.0.113.7;proto=https\r
            \r
            """);
        assertThat(client.answer().text())
            .contains("X-Forwarded-For: 203.0.113.7, 127.0.0.1")
            .contains("X-Forwarded-Proto: https")
            .contains("X-Forwarded-Host: a.test")
            .contains(
                "Forwarded: for=203.0.113.7;proto=https, for=127.0.0.1;proto=http;host=\"a.test\"");
      }
    }
  }
}
