package dev.slipway.ingress.proxy;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import dev.slipway.ingress.http.TrustedProxies;
import dev.slipway.ingress.routes.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A proxy on a free port of this process, with routes set by hand. */
public final class TestIngress implements AutoCloseable {
  private final AtomicLong version = new AtomicLong();
  private final Routes routes = new Routes();
  private final Proxy proxy;
  private final int port;

  public TestIngress() throws IOException {
    this(Limits.defaults(), TrustedProxies.nobody());
  }

  public TestIngress(Limits limits, TrustedProxies trusted) throws IOException {
    proxy = new Proxy(routes, limits, trusted, 2);
    port = proxy.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Entrance.plain());
  }

  /** Limits that end within a test's patience. */
  public static Limits impatient() {
    Duration soon = Duration.ofMillis(600);
    return new Limits(soon, soon, soon, soon, soon, soon, soon, soon, 3, soon);
  }

  public static Route serving(String host, String release, TestOrigin... origins) {
    return route(host, release, RouteState.SERVING, origins);
  }

  public static Route route(String host, String release, RouteState state, TestOrigin... origins) {
    List<Target> targets = new ArrayList<>();
    for (TestOrigin origin : origins) {
      targets.add(new Target("127.0.0.1", origin.port()));
    }
    return new Route(
        host, new ApplicationId("app_" + host), new ReleaseId(release), state, targets);
  }

  public TestIngress with(Route... all) {
    routes.apply(new RouteTable("test", version.incrementAndGet(), List.of(all)));
    return this;
  }

  public Wire client() throws IOException {
    return Wire.to(port);
  }

  public int port() {
    return port;
  }

  public Routes routes() {
    return routes;
  }

  public Proxy proxy() {
    return proxy;
  }

  public int inFlight(String release) {
    return routes.inFlight().getOrDefault(release, 0);
  }

  @Override
  public void close() {
    proxy.close(Duration.ZERO);
  }
}
