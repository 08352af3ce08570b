package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OnePlatform.class)
final class IngressIT {
  private final World world;

  IngressIT(World world) {
    this.world = world;
  }

  @Test
  void theIngressOutlivesThePlatform() {
    App app = world.serving("outlive", "still here");
    Traffic traffic = world.traffic(app);
    SlipwayHost host = world.host();
    long ingress = host.ingressPid().orElseThrow();
    host.killPlatform();
    awaitRequests(traffic, 500);
    host.up();
    awaitRequests(traffic, 500);
    host.down();
    awaitRequests(traffic, 500);
    host.up();
    Traffic.Tally seen = traffic.stop();
    Promise.saw(
        "theIngressOutlivesThePlatform",
        "%d requests over kill -9, up, down and up: %d failed",
        seen.requests(),
        seen.failed());
    assertThat(seen.failures()).isEmpty();
    assertThat(host.ingressPid()).hasValue(ingress);
  }

  @Test
  void theIngressStartsFromItsLastGoodRoutesWhileEverythingElseIsDown() {
    App app = world.serving("last-good", "from disk");
    SlipwayHost host = world.host();
    try {
      host.down("--all");
      host.startIngressAlone();
      Until.holds(
          "the application answers",
          Duration.ofSeconds(20),
          Duration.ofMillis(100),
          () -> answers(app));
      assertThat(app.text()).isEqualTo("from disk");
      Promise.saw("theIngressStartsFromItsLastGoodRoutes", "'%s'", app.text());
    } finally {
      host.up();
    }
    assertThat(app.pushAndDeploy(Sample.saying("and alive")).path("status").asText())
        .isEqualTo("success");
    assertThat(app.text()).isEqualTo("and alive");
  }

  private static boolean answers(App app) {
    try {
      return app.visit("/").status() == 200;
    } catch (java.io.UncheckedIOException e) {
      return false; // it does not listen yet
    }
  }

  @Test
  void slowAndLongRequestsOutliveTheSwitch() throws Exception {
    App app = world.app("long", patient("one"), Map.of("healthCheck", Map.of("path", "/health")));
    app.deployed();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Wire.Reply>> replies = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        replies.add(clients.submit(request(wire -> wire.get(app.hostName(), "/slow"))));
        replies.add(
            clients.submit(
                request(
                    wire -> wire.upload(app.hostName(), "/upload", 30, 10_000, () -> pause(100)))));
        replies.add(clients.submit(request(wire -> wire.get(app.hostName(), "/events"))));
      }
      awaitInside(app, 15);
      app.pushAndDeploy(patient("two"));
      List<String> seen = new ArrayList<>();
      for (Future<Wire.Reply> reply : replies) {
        Wire.Reply answer = reply.get(60, TimeUnit.SECONDS);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        seen.add(answer.body().strip().lines().toList().getLast());
      }
      Promise.saw("slowAndLongRequestsOutliveTheSwitch", "%s", seen);
      assertThat(seen).allMatch(text -> text.contains("one"));
      assertThat(seen).filteredOn(text -> text.startsWith("got ")).containsOnly("got 300000 one");
      assertThat(app.text()).startsWith("two");
    }
  }

  /** A program whose requests last: three seconds for an answer, an upload or a stream. */
  private static Sample patient(String text) {
    return Sample.node(
        """
        let inside = 0;
        require('http').createServer((request, response) => {
          const path = request.url;
          if (path === '/health') return response.end('ok');
          if (path === '/inside') return response.end(String(inside));
          if (path === '/') return response.end('TEXT');
          inside++;
          response.on('close', () => inside--);
          if (path === '/slow') return setTimeout(() => response.end('slow TEXT'), 3000);
          if (path === '/events') {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            let n = 0;
            const timer = setInterval(() => {
              response.write('data: ' + ++n + ' TEXT\\n\\n');
              if (n === 30) { clearInterval(timer); response.end(); }
            }, 100);
            return;
          }
          let bytes = 0;
          request.on('data', (piece) => bytes += piece.length);
          request.on('end', () => response.end('got ' + bytes + ' TEXT'));
        }).listen(process.env.PORT);
        """
            .replace("TEXT", text));
  }

  private void awaitInside(App app, int wanted) {
    Until.holds(
        wanted + " requests are inside the application",
        Duration.ofSeconds(10),
        Duration.ofMillis(20),
        () -> Integer.parseInt(app.visit("/inside").body()) == wanted);
  }

  private Callable<Wire.Reply> request(Ask ask) {
    return () -> {
      try (Wire wire = new Wire("127.0.0.1", world.host().httpPort())) {
        return ask.over(wire);
      }
    };
  }

  private interface Ask {
    Wire.Reply over(Wire wire) throws IOException;
  }

  @Test
  void anUnknownHostAndADeadApplicationHaveClearPages() {
    Wire.Reply unknown = world.visit("nobody-knows.localhost", "/");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body()).containsIgnoringCase("nobody-knows.localhost");
    App app = world.serving("stopped", "here");
    world.api().post("/applications/" + app.id() + "/stop", Map.of()).expect(202);
    Until.holds(
        "503", Duration.ofSeconds(20), Duration.ofMillis(50), () -> app.visit("/").status() == 503);
    assertThat(app.visit("/").body()).containsIgnoringCase("stopped");
  }

  @Test
  void aConfiguredDomainAnswersToo() {
    App app =
        world.app(
            "domain", Sample.saying("by domain"), Map.of("domains", List.of("shop.example.test")));
    JsonNode deployment = app.deployed();
    assertThat(deployment.path("status").asText()).isEqualTo("success");
    assertThat(world.visit("shop.example.test", "/").body().strip()).isEqualTo("by domain");
    assertThat(world.visit("SHOP.example.test:8080", "/").body().strip()).isEqualTo("by domain");
  }

  private static void awaitRequests(Traffic traffic, long more) {
    long target = traffic.requests() + more;
    Until.holds(
        "requests go on",
        Duration.ofSeconds(30),
        Duration.ofMillis(20),
        () -> traffic.requests() >= target);
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
