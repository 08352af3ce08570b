package dev.slipway.runtime.insight;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.store.DatabaseStore;
import io.vertx.core.Vertx;

/**
 * What servers are looked at with.
 *
 * @param engine of this host
 * @param images whose clients are used for somebody else's servers
 * @param guard where those may be
 */
public record InsightParts(
    DatabaseStore databases,
    DockerEngine engine,
    String installation,
    ServerImage images,
    AddressGuard guard) {

  /** What answers with them. */
  public DatabaseAnswers answers(Vertx vertx, Bus bus) {
    Asker asker = new Asker(engine, installation, images);
    return new DatabaseAnswers(
        vertx, bus, new ServerLooks(databases, engine, installation, asker, guard));
  }
}
