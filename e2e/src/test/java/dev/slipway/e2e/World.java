package dev.slipway.e2e;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The one platform that all promises share, and the Git server beside it. */
final class World implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final SlipwayHost host;
  private final GitServer git;

  private World(SlipwayHost host, GitServer git) {
    this.host = host;
    this.git = git;
  }

  static World start() {
    return start(Map.of());
  }

  /** One whose platform has more settings than usual. */
  static World start(Map<String, String> settings) {
    World world = new World(SlipwayHost.fresh("world"), GitServer.start());
    try {
      world.host.up(settings);
      return world;
    } catch (RuntimeException e) {
      world.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (git) {
      host.close();
    }
  }

  SlipwayHost host() {
    return host;
  }

  Api api() {
    return host.api();
  }

  GitServer git() {
    return git;
  }

  /** A name no other promise uses. */
  static String name(String stem) {
    return stem + "-" + NAMES.incrementAndGet();
  }

  /** An application whose repository holds the sample, created and not deployed. */
  App app(String stem, Sample sample, Map<String, ?> more) {
    String name = name(stem);
    Repository repository = git.repository(name);
    repository.push(sample, "the first version");
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("repository", repository.url());
    fields.put("branch", "main");
    fields.put("build", Map.of("type", "dockerfile"));
    fields.put("port", 8080);
    fields.putAll(more);
    return new App(this, name, repository, host.api().create(fields));
  }

  /** The Dockerfile example, health-gated, deployed and serving the text. */
  App serving(String stem, String text) {
    App app = app(stem, Sample.saying(text), Map.of("healthCheck", Map.of("path", "/health")));
    app.deployed();
    return app;
  }

  /** One request through the ingress, on a connection of its own. */
  Wire.Reply visit(String hostName, String path) {
    try (Wire wire = new Wire("127.0.0.1", host.httpPort())) {
      return wire.get(hostName, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Visitors of an application's front page: eight of them, about a thousand requests a second. */
  Traffic traffic(App app) {
    return Traffic.to(app.hostName(), host.httpPort(), 8, Duration.ofMillis(5));
  }
}
