package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.keep.OwnImages;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Warrant;
import dev.slipway.store.ImageStore;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes releases out of service by and by: a warm one whose bake time is over is drained and
 * stopped, one beyond the last ten is removed with its image.
 */
final class Retirement {
  private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
  private static final Duration GRACE = KeepConfig.DEFAULTS.imageGrace();

  private final Stores stores;
  private final Launcher launcher;
  private final Images engineImages;
  private final OwnImages images;
  private final Warrant warrant;

  Retirement(ReconcileParts parts) {
    this.stores = parts.stores();
    this.launcher = parts.launcher();
    this.engineImages = parts.base().images();
    this.warrant = parts.warrant();
    this.images = new OwnImages(parts.engine(), parts.installation());
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

  /** The row first: from then on nobody can ask for it, and what is left of it is an orphan. */
  private void remove(Release release) {
    if (stores.releases().retire(release).await()) {
      launcher.find(release).ifPresent(service -> launcher.remove(service, warrant));
      removeImage(release);
    }
  }

  /**
   * From this node, at once; from the others, and when it was too fresh, by housekeeping. Only a
   * name that we gave: an application may run an image of the host's owner.
   */
  void removeImage(Release release) {
    if (!images.isOurs(release.spec().image())) {
      return;
    }
    engineImages.here(release).ifPresent(image -> removeUnneeded(release, image));
  }

  private void removeUnneeded(Release release, ImageInfo image) {
    var candidate =
        new ImageStore.Candidate(
            image.id(), OwnImages.keys(image), release.applicationId().value());
    try {
      warrant.check();
      if (!stores.images().giveUp(List.of(candidate), GRACE).await().isEmpty()) {
        images.remove(image);
      }
    } catch (DockerProblem.Conflict used) {
      LOG.info("Image {} is still in use: {}", release.spec().image(), used.getMessage());
    }
  }
}
