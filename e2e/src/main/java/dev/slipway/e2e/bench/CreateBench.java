package dev.slipway.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Applications created over 16 connections, each with a name of its own. */
final class CreateBench implements Measure {
  private static final int SECONDS = 5;
  private static final String SCRIPT =
      """
      local n = 0
      function request()
        n = n + 1
        local body = '{"name":"made-%d-' .. n .. '","repository":"http://127.0.0.1:1/none.git"}'
        return wrk.format("POST", nil, nil, body)
      end
      """;

  @Override
  public List<Row> take(Bench bench) throws IOException {
    load(bench, 1, 2);
    Load load = load(bench, 2, SECONDS);
    if (load.failed() > 0) {
      throw new IllegalStateException("creating failed: " + load.said());
    }
    bench.say("create: " + load.perSecond() + "/s, p99 " + load.p99Millis() + " ms");
    return List.of(
        Row.figure(
                "create an application",
                "per second",
                load.perSecond(),
                ">= 500/s",
                load.perSecond() >= 500)
            .with(Map.of("p99Millis", load.p99Millis())));
  }

  private static Load load(Bench bench, int round, int seconds) throws IOException {
    Path script =
        Files.writeString(
            bench.folder().resolve("create-" + round + ".lua"), SCRIPT.replace("%d", "" + round));
    return Load.run(
        16,
        seconds,
        "http://127.0.0.1:" + bench.host().apiPort() + "/api/applications",
        "-H",
        "x-api-key: " + bench.api().key(),
        "-H",
        "content-type: application/json",
        "-s",
        script.toString());
  }
}
