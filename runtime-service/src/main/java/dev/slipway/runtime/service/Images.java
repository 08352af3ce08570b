package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.ImageInfo;
import java.util.Optional;

/** Finds the very image a release was made of. */
public final class Images {
  private Images() {}

  /** By content first: a name may have been given to another image since. */
  public static Optional<ImageInfo> of(DockerEngine engine, Release release) {
    String digest = release.spec().imageDigest();
    return engine
        .image(digest)
        .or(() -> engine.image(release.spec().image()).filter(named -> holds(named, digest)));
  }

  private static boolean holds(ImageInfo image, String digest) {
    return image.id().equals(digest)
        || image.digests().stream().anyMatch(known -> known.endsWith("@" + digest));
  }
}
