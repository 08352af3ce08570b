package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.route;
import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.route.RouteState;
import dev.slipway.ingress.http.TrustedProxies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class HoldingTest {
  private static int held(TestIngress ingress) {
    return ingress.proxy().counters().levels().getOrDefault("held", -1);
  }

  @Test
  void heldRequestsAreServedOnceTheApplicationIsBack() throws Exception {
    try (TestIngress ingress = new TestIngress();
        TestOrigin origin =
            TestOrigin.answering(
                (head, body) -> TestOrigin.ok(new String(body, StandardCharsets.US_ASCII)))) {
      ingress.with(route("a.test", "old", RouteState.HOLDING, origin));
      List<Wire> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String body = "body " + i;
        clients.add(
            ingress
                .client()
                .send(
                    "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body));
      }
      await().until(() -> held(ingress) == 100);
      assertThat(ingress.inFlight("old")).isZero();
      assertThat(origin.accepted()).isZero();

      ingress.with(serving("a.test", "new", origin));
      for (int i = 0; i < 100; i++) {
        assertThat(clients.get(i).answer().text()).isEqualTo("body " + i);
        clients.get(i).close();
      }
      assertThat(held(ingress)).isZero();
    }
  }

  @Test
  void whoWaitsTooLongOrIsOneTooManyIsToldSo() throws Exception {
    try (TestIngress ingress = new TestIngress(TestIngress.impatient(), TrustedProxies.nobody())) {
      ingress.with(route("a.test", "r", RouteState.HOLDING));
      List<Wire> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(ingress.client().send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
      }
      await().until(() -> held(ingress) == 3);
      try (Wire fourth = ingress.client()) {
        assertThat(fourth.get("a.test", "/").status()).isEqualTo(503);
      }
      for (Wire client : clients) {
        Wire.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head()).contains("Retry-After");
        client.close();
      }
      assertThat(held(ingress)).isZero();
    }
  }

  @Test
  void whoLeavesTheQueueIsForgotten() throws Exception {
    try (TestIngress ingress = new TestIngress()) {
      ingress.with(route("a.test", "r", RouteState.HOLDING));
      Wire client = ingress.client().send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      await().until(() -> held(ingress) == 1);
      client.close();
      await().until(() -> held(ingress) == 0);
    }
  }

  @Test
  void anApplicationThatIsStoppedMeanwhileAnswersSo() throws Exception {
    try (TestIngress ingress = new TestIngress();
        Wire client = ingress.client()) {
      ingress.with(route("a.test", "r", RouteState.HOLDING));
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      await().until(() -> held(ingress) == 1);
      ingress.with(route("a.test", "r", RouteState.STOPPED));
      assertThat(client.answer().status()).isEqualTo(503);
      assertThat(client.get("a.test", "/").status()).isEqualTo(503);
    }
  }

  @Test
  void changesElsewhereDoNotMakeTheWaitLonger() throws Exception {
    try (TestIngress ingress = new TestIngress(TestIngress.impatient(), TrustedProxies.nobody());
        Wire client = ingress.client()) {
      ingress.with(route("a.test", "r", RouteState.HOLDING));
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      Thread changes =
          Thread.ofVirtual()
              .start(() -> {
                while (!Thread.interrupted()) {
                  ingress.with(route("a.test", "r", RouteState.HOLDING));
                  LockSupport.parkNanos(50_000_000);
                }
              });
      assertThat(client.answer().status()).isEqualTo(503);
      changes.interrupt();
      changes.join();
    }
  }
}
