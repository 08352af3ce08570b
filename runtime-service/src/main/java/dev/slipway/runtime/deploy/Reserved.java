package dev.slipway.runtime.deploy;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Launcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the reserve step found and every later step builds on; it is journaled, so it holds no
 * secret.
 *
 * @param release the release to bring into service, in the state it was found in
 * @param place the project whose network it joins
 * @param image what the engine runs: the image's id, or its name when nodes fetch it from a
 *     registry
 * @param everywhere any node can fetch the image; false when this engine alone has it
 * @param imageCheck the image brings a health check of its own
 * @param replicas how many the application wants
 * @param previous the release that serves now; null for the first
 * @param inTheWay services that must be down before this release may start, with the replicas they
 *     have; empty when old and new may run beside each other
 * @param outgoing containers of a cold release that still run, on their way out: they prove nothing
 */
record Reserved(
    Release release,
    Launcher.Place place,
    String image,
    boolean everywhere,
    boolean imageCheck,
    int replicas,
    @Nullable ReleaseId previous,
    List<Standing> inTheWay,
    List<String> outgoing) {

  /** A service as it stood before this deployment. */
  record Standing(String service, ReleaseId release, int replicas) {}

  Images.Source source() {
    return new Images.Source(image, imageCheck, everywhere);
  }

  /** It serves already: what is asked for is a restart of its replicas. */
  boolean restart() {
    return release.id().equals(previous);
  }

  /** Old and new must not run beside each other: requests are held at the ingress meanwhile. */
  boolean recreate() {
    return restart() || release.spec().config().recreates();
  }
}
