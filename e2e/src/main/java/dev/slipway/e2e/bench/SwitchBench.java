package dev.slipway.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deployments one after the other under full load: how many requests notice? */
final class SwitchBench implements Measure {
  private static final int CONNECTIONS = 16;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    int seconds =
        Optional.ofNullable(System.getenv("SLIPWAY_BENCH_SWITCH_SECONDS"))
            .map(Integer::parseInt)
            .orElse(60);
    Bench.App app =
        bench.app("switch", Origin.saying("version 0"), Map.of("healthCheck", Map.of("path", "/")));
    bench.api().deployed(app.id());
    Process wrk =
        new ProcessBuilder(
                Load.command(
                    CONNECTIONS,
                    seconds,
                    "http://127.0.0.1:" + bench.host().httpPort() + "/",
                    "-H",
                    "Host: " + app.hostName()))
            .redirectErrorStream(true)
            .redirectOutput(bench.folder().resolve("switch.log").toFile())
            .start();
    int switches = 0;
    try {
      while (wrk.isAlive()) {
        app.repository()
            .push(Origin.saying("version " + (switches + 1)), "switch " + (switches + 1));
        JsonNode deployment = bench.api().deployed(app.id());
        if (deployment.path("status").asText().equals("success")) {
          switches++;
        }
      }
      wrk.waitFor();
    } finally {
      wrk.destroyForcibly();
    }
    Load load = Load.read(java.nio.file.Files.readString(bench.folder().resolve("switch.log")));
    bench.say(
        "switch: %d deployments, %d requests, %d failed"
            .formatted(switches, load.requests(), load.failed()));
    return List.of(
        Row.figure(
                "requests failed over " + switches + " deployments under load",
                "of " + Row.number(load.requests()),
                load.failed(),
                "0",
                load.failed() == 0)
            .with(
                Map.of(
                    "deployments", switches,
                    "requests", load.requests(),
                    "perSecond", load.perSecond(),
                    "p99Millis", load.p99Millis())));
  }
}
