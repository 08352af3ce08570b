package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Warrant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes releases out of service by and by: a warm one whose bake time is over is drained and
 * stopped, one beyond the last ten is removed with its image.
 */
final class Retirement {
  private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

  private final Stores stores;
  private final DockerEngine engine;
  private final Launcher launcher;
  private final Warrant warrant;

  Retirement(ReconcileParts parts) {
    this.stores = parts.stores();
    this.engine = parts.engine();
    this.launcher = parts.launcher();
    this.warrant = parts.warrant();
  }

  void pass(Picture picture) {
    for (Release release : stores.releases().cooled().await()) {
      if (!picture.inHands().contains(release.applicationId()) && drained(release)) {
        cool(release);
      }
    }
    for (Release release : stores.releases().surplus().await()) {
      if (!picture.inHands().contains(release.applicationId())) {
        remove(release);
      }
    }
  }

  /** No request is left, or its time to end is over. */
  private boolean drained(Release release) {
    if (stores.routes().inFlight(release.id()).await() == 0) {
      return true;
    }
    Double ago = stores.serving().replacedSecondsAgo(release.id()).await();
    return ago == null || ago > release.spec().config().drainSeconds();
  }

  /** The row first: a deployment that wants the release then finds it cold, never half stopped. */
  private void cool(Release release) {
    if (stores.serving().cool(release.id()).await()) {
      launcher.find(release).ifPresent(service -> launcher.stop(service, warrant));
    }
  }

  private void remove(Release release) {
    launcher.find(release).ifPresent(service -> launcher.remove(service, warrant));
    if (stores.releases().move(release.id(), ReleaseState.COLD, ReleaseState.REMOVED).await()) {
      removeImage(release);
    }
  }

  /** By its name: other names of the same content belong to others. */
  void removeImage(Release release) {
    if (stores.releases().imageShared(release).await()) {
      return;
    }
    try {
      warrant.check();
      stores.images().forget(release.spec().imageDigest()).await();
      engine.removeImage(release.spec().image());
    } catch (DockerProblem.Conflict used) {
      LOG.info("Image {} is still in use: {}", release.spec().image(), used.getMessage());
    }
  }
}
