package dev.slipway.ingress;

import dev.slipway.ingress.feed.Home;
import dev.slipway.ingress.feed.RouteFeed;
import dev.slipway.ingress.manage.ManagementServer;
import dev.slipway.ingress.proxy.Entrance;
import dev.slipway.ingress.proxy.Limits;
import dev.slipway.ingress.proxy.Proxy;
import dev.slipway.ingress.routes.RouteFiles;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.boot.ShutdownScript;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;

/**
 * An ingress in one piece: routes from disk, then the public port, then the database. In that
 * order, so that the applications are reachable before anything else is. Starting and stopping
 * block.
 */
public final class Ingress {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final IngressConfig config;
  private final Vertx vertx;
  private final Home home;
  private final Routes routes = new Routes();
  private final Proxy proxy;
  private final RouteFeed feed;
  private final ManagementServer management;

  public Ingress(Vertx vertx, IngressConfig config, Limits limits) {
    this.config = config;
    this.vertx = vertx;
    this.home = new Home(config.data(), config.databaseUrl());
    this.proxy = new Proxy(routes, limits, config.trustedProxies(), config.loops());
    this.feed = new RouteFeed(vertx, home, routes, new RouteFiles(home.routes()));
    this.management = new ManagementServer(vertx, routes, feed, proxy);
  }

  /** The ports it got. */
  public record Ports(int http, int management) {}

  /**
   * Opens for traffic and leaves the health page's address in {@code run/ingress.health}.
   *
   * @throws SetupFailure naming a port that is taken and its setting
   */
  public Ports start() {
    feed.recallLastGood();
    int http = openTraffic();
    int own = openManagement();
    home.announce(own);
    feed.start();
    return new Ports(http, own);
  }

  private int openTraffic() {
    try {
      return proxy.open(config.httpPort(), Entrance.plain());
    } catch (IOException e) {
      throw taken(config.httpPort(), "SLIPWAY_HTTP_PORT", e);
    }
  }

  private int openManagement() {
    try {
      return management.open(config.managementPort()).await();
    } catch (Exception e) {
      throw taken(config.managementPort(), "SLIPWAY_INGRESS_PORT", e);
    }
  }

  private static SetupFailure taken(int port, String setting, Exception cause) {
    return new SetupFailure(
        "Port " + port + " is taken: stop what uses it or set " + setting + " to another port.",
        cause);
  }

  public Routes routes() {
    return routes;
  }

  public Proxy proxy() {
    return proxy;
  }

  /** How it leaves: answers first, then WebSockets, then its row, then itself. */
  public ShutdownScript shutdownScript() {
    return new ShutdownScript()
        .blockingStep("drain", DRAIN.plusSeconds(5), () -> proxy.close(DRAIN))
        .blockingStep("leave", Duration.ofSeconds(10), this::leave)
        .step("management", Duration.ofSeconds(2), management::close)
        .step("vertx", Duration.ofSeconds(5), vertx::close);
  }

  private void leave() {
    try {
      feed.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
