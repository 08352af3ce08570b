package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requests a second over 64 keep-alive connections: ingress, nginx and none, one origin. */
final class IngressBench implements Measure {
  private static final int ROUNDS = 3;
  private static final int SECONDS = 5;
  private static final int CONNECTIONS = 64;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    Bench.App app = bench.app("origin", Origin.saying("hello"), Map.of());
    bench.api().deployed(app.id());
    String service = EngineSocket.services("dev.slipway.application=" + app.id()).getFirst();
    String origin =
        EngineSocket.addressOnHost(EngineSocket.containers(service).getFirst()).orElseThrow()
            + ":8080";
    int port = ListBench.freePort();
    Process nginx = startNginx(bench, port, origin);
    try {
      String ours = "http://127.0.0.1:" + bench.host().httpPort() + "/";
      String host = "Host: " + app.hostName();
      Load.run(CONNECTIONS, 5, ours, "-H", host);
      List<Load> through = new ArrayList<>();
      List<Load> throughNginx = new ArrayList<>();
      List<Load> direct = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        through.add(Load.run(CONNECTIONS, SECONDS, ours, "-H", host));
        throughNginx.add(Load.run(CONNECTIONS, SECONDS, "http://127.0.0.1:" + port + "/"));
        direct.add(Load.run(CONNECTIONS, SECONDS, "http://" + origin + "/"));
      }
      return List.of(row(bench, through, throughNginx, direct));
    } finally {
      nginx.destroy();
      nginx.waitFor();
    }
  }

  private static Row row(Bench bench, List<Load> ours, List<Load> nginx, List<Load> direct) {
    List<Double> rates = rates(ours);
    List<Double> nginxRates = rates(nginx);
    long failed = ours.stream().mapToLong(Load::failed).sum();
    bench.say(
        "ingress: "
            + Figures.list(rates)
            + " nginx "
            + Figures.list(nginxRates)
            + " direct "
            + Figures.list(rates(direct))
            + ", failed "
            + failed);
    if (failed > 0) {
      throw new IllegalStateException("requests failed: " + ours.getFirst().said());
    }
    return Row.atLeast(
            "ingress, keep-alive, 64 connections",
            "requests/s",
            Figures.median(rates),
            "nginx",
            Figures.median(nginxRates),
            0.8)
        .with(
            Map.of(
                "oursPerSecond",
                rates,
                "nginxPerSecond",
                nginxRates,
                "directPerSecond",
                rates(direct),
                "p99Millis",
                Figures.median(ours.stream().map(Load::p99Millis).toList())));
  }

  private static List<Double> rates(List<Load> loads) {
    return loads.stream().map(Load::perSecond).toList();
  }

  private static Process startNginx(Bench bench, int port, String origin) throws IOException {
    Path folder = Files.createDirectories(bench.folder().resolve("nginx"));
    Path config =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            worker_processes auto;
            pid %1$s/pid;
            error_log %1$s/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              keepalive_requests 1000000000;
              upstream origin { server %2$s; keepalive 64; keepalive_requests 1000000000; }
              server {
                listen 127.0.0.1:%3$d;
                location / {
                  proxy_pass http://origin;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $remote_addr;
                }
              }
            }
            """
                .formatted(folder, origin, port));
    Process nginx =
        new ProcessBuilder("nginx", "-c", config.toString(), "-p", folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.log").toFile())
            .start();
    Until.holds(
        "nginx answers",
        Duration.ofSeconds(10),
        Duration.ofMillis(20),
        () -> {
          try (Bench.Asker asker = new Bench.Asker("127.0.0.1", port, "localhost")) {
            return !asker.text().isEmpty();
          }
        });
    return nginx;
  }
}
