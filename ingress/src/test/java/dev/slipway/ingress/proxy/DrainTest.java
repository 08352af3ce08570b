package dev.slipway.ingress.proxy;

import static dev.slipway.ingress.proxy.TestIngress.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.ingress.http.TrustedProxies;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrainTest {
  @Test
  void theLastRequestOfAReplacedReleaseRingsTheBell() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger rung = new AtomicInteger();
    try (TestIngress ingress = new TestIngress();
        TestOrigin old =
            TestOrigin.answering((head, body) -> {
              go.await();
              return TestOrigin.ok("old");
            });
        TestOrigin fresh = TestOrigin.saying("new");
        Wire slow = ingress.client();
        Wire quick = ingress.client()) {
      ingress.routes().onDrained(rung::incrementAndGet);
      ingress.with(serving("a.test", "old", old));
      slow.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      await().until(() -> ingress.inFlight("old") == 1);

      ingress.with(serving("a.test", "new", fresh));
      assertThat(quick.get("a.test", "/").text()).isEqualTo("new");
      assertThat(ingress.inFlight("old")).isEqualTo(1);
      assertThat(rung).hasValue(0);

      go.countDown();
      assertThat(slow.answer().text()).isEqualTo("old");
      await().until(() -> rung.get() == 1 && ingress.inFlight("old") == 0);
      assertThat(slow.get("a.test", "/").text()).as("the same connection").isEqualTo("new");
    }
  }

  @Test
  void upgradedConnectionsCountUntilTheyEnd() throws Exception {
    TestOrigin.Script script =
        wire -> {
          wire.head();
          wire.send(TunnelTest.SWITCHING);
          wire.rest();
        };
    try (TestIngress ingress = new TestIngress();
        TestOrigin origin = TestOrigin.playing(script)) {
      ingress.with(serving("a.test", "r", origin));
      Wire client = ingress.client().send(TunnelTest.UPGRADE);
      client.head();
      ingress.with();
      assertThat(ingress.inFlight("r")).isEqualTo(1);
      client.close();
      await().until(() -> ingress.inFlight("r") == 0);
    }
  }

  @Test
  void whateverEndsARequestItIsCountedOut() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    TestOrigin.Script script =
        wire -> {
          wire.head();
          switch (turn.getAndIncrement() % 5) {
            case 0 -> wire.reset();
            case 1 -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort");
            case 2 -> wire.send("nonsense\r\n\r\n");
            case 3 -> wire.send(TestOrigin.ok("fine"));
            default -> wire.rest(); // says nothing
          }
        };
    try (TestIngress ingress = new TestIngress(TestIngress.impatient(), TrustedProxies.nobody());
        TestOrigin origin = TestOrigin.playing(script)) {
      ingress.with(serving("a.test", "r", origin));
      for (int i = 0; i < 40; i++) {
        Wire client = ingress.client();
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        if (i % 7 == 0) {
          client.reset();
        }
      }
      await().until(() -> turn.get() >= 30 && ingress.inFlight("r") == 0);
      await().until(() -> ingress.proxy().counters().exchanges.get() == 0);
      assertThat(ingress.routes().current().sites().values())
          .allMatch(site -> site.upstreams().getFirst().inFlight() == 0);
    }
  }

  @Test
  void anApplicationThatNeverAnswersIsGivenUp() throws Exception {
    try (TestIngress ingress = new TestIngress(TestIngress.impatient(), TrustedProxies.nobody());
        TestOrigin origin = TestOrigin.playing(Wire::rest);
        Wire client = ingress.client()) {
      ingress.with(serving("a.test", "r", origin));
      assertThat(client.get("a.test", "/").status()).isEqualTo(504);
      assertThat(client.get("a.test", "/").status()).as("same connection").isEqualTo(504);
      client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\nhalf");
      assertThat(client.answer().status()).isEqualTo(408);
      await().until(() -> origin.connections() == 0);
    }
  }
}
