package dev.slipway.gateway;

import dev.slipway.gateway.api.StartingView;
import dev.slipway.gateway.http.Opener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Answers on the gateway's ports from the first moment of a start until the gateway does: {@code
 * GET /api/installation} tells how far the start is, everything else is asked to come back. No key
 * is needed for that, because there may be none yet; nothing is told but what the start is about.
 *
 * <p>The gateway opens the same ports beside it, so that there is no moment without an answer.
 */
public final class Opening {
  private final Vertx vertx;
  private final GatewayConfig config;
  private final String installation;
  private final List<HttpServer> servers = new ArrayList<>();
  private volatile Stage stage = Stage.PENDING;

  /** How far a start is. */
  public enum Stage {
    /** The database is awaited, and made if there is none. */
    PENDING,
    /** Tables are made or changed, services come up. */
    INSTALLING
  }

  public Opening(Vertx vertx, GatewayConfig config, String installation) {
    this.vertx = vertx;
    this.config = config;
    this.installation = installation;
  }

  /** Opens both ports; fails as the gateway would when one is taken. */
  public Future<Void> open() {
    return listen(Port.api(config)).compose(api -> listen(Port.ui(config))).mapEmpty();
  }

  private Future<HttpServer> listen(Port port) {
    return port.open(vertx, this::answer, this::answer).onSuccess(servers::add);
  }

  /** Tells from now on that the start is so far. */
  public void reached(Stage reached) {
    stage = reached;
  }

  /** Leaves the ports to the gateway. */
  public Future<Void> close() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
  }

  private void answer(HttpServerRequest request) {
    String told = stage.name().toLowerCase(Locale.ROOT);
    if ("/api/installation".equals(request.path())) {
      Opener.tell(request, StartingView.of(installation, told, config, request));
    } else {
      Opener.notYet(request, told);
    }
  }
}
