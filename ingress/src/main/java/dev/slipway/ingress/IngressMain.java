package dev.slipway.ingress;

import dev.slipway.ingress.proxy.Limits;
import dev.slipway.platform.boot.LeanVertx;
import dev.slipway.platform.boot.ServiceMain;
import io.vertx.core.Vertx;

/** The ingress process. It needs no database and no platform to serve what it served before. */
public final class IngressMain {
  /** Starting leaves garbage behind, and an idle ingress may not collect again for days. */
  private static final long SETTLED_MILLIS = 10_000;

  private IngressMain() {}

  public static void main(String[] args) {
    Logging.choose();
    ServiceMain.run("slipway ingress", IngressMain::start);
  }

  private static void start() {
    Vertx vertx = vertx();
    Ingress ingress = new Ingress(vertx, IngressConfig.read(System.getenv()), Limits.defaults());
    Ingress.Ports ports = ingress.start();
    ingress.shutdownScript().installHook();
    System.out.println(
        "slipway ingress: applications on port "
            + ports.http()
            + ", health on http://127.0.0.1:"
            + ports.management()
            + "/__slipway/health");
    vertx.setTimer(SETTLED_MILLIS, settled -> System.gc());
  }

  /** Small: it carries the database connection and the health page, not the traffic. */
  private static Vertx vertx() {
    return Vertx.vertx(LeanVertx.options(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
  }
}
