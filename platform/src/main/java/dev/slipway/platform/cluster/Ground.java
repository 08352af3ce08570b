package dev.slipway.platform.cluster;

import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.EnvelopeVault;
import io.vertx.core.Vertx;

/**
 * What a service stands on once its process is up. All of it belongs to the process, which closes
 * it after the service.
 *
 * @param self owner of all sagas and leases of this process
 * @param installation 12 hexadecimal digits, in every label and name given out
 * @param truth for everything that must be on the disk before it is answered
 * @param relaxed for logs, which may lose their last moment in a power cut
 * @param vault where stored secrets are sealed and opened
 */
public record Ground(
    Settings settings,
    ProcessIdentity self,
    String installation,
    Cluster cluster,
    Bus bus,
    Database truth,
    Database relaxed,
    EnvelopeVault vault) {

  /** Where the service is deployed. */
  public Vertx vertx() {
    return cluster.vertx();
  }
}
