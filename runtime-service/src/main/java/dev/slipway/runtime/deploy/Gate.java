package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.Release;
import java.time.Duration;
import java.util.List;

/**
 * What has to be proven before traffic may be switched.
 *
 * @param service the release's service on the engine
 * @param imageCheck the image brings a health check of its own
 * @param wanted how many replicas have to be well, from 0
 * @param outgoing containers that are about to end and prove nothing
 * @param grace how long it may take altogether
 */
record Gate(
    Release release,
    String service,
    boolean imageCheck,
    int wanted,
    List<String> outgoing,
    Duration grace) {

  static Gate of(Reserved reserved, Launched launched) {
    Release release = reserved.release();
    return new Gate(
        release,
        launched.service(),
        reserved.imageCheck(),
        reserved.replicas(),
        reserved.outgoing(),
        Duration.ofSeconds(release.spec().config().healthCheck().graceSeconds()));
  }
}
