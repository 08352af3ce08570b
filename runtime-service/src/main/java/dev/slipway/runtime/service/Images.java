package dev.slipway.runtime.service;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the very image a release was made of: in the registry when nodes fetch from one, else on
 * this engine.
 */
public final class Images {
  private final DockerEngine engine;
  private final @Nullable Registry registry;

  public Images(DockerEngine engine, @Nullable Registry registry) {
    this.engine = engine;
    this.registry = registry;
  }

  /**
   * What a service is told to run.
   *
   * @param reference an image id, or {@code repository@sha256:…}
   * @param healthcheck it brings a check of its own
   * @param everywhere any node can fetch it; otherwise only this engine has it
   */
  public record Source(String reference, boolean healthcheck, boolean everywhere) {}

  /** By content first: a name may have been given to another image since. */
  public Optional<ImageInfo> here(Release release) {
    String digest = release.spec().imageDigest();
    return engine
        .image(digest)
        .or(() -> engine.image(release.spec().image()).filter(named -> holds(named, digest)));
  }

  private static boolean holds(ImageInfo image, String digest) {
    return image.id().equals(digest)
        || image.digests().stream().anyMatch(known -> known.endsWith("@" + digest));
  }

  /** What a service of this release runs; empty when the image is nowhere to be had. */
  public Optional<Source> source(Release release) {
    Optional<ImageInfo> image = here(release);
    boolean checks = image.map(ImageInfo::healthcheck).orElse(false);
    Registry kept = registry;
    if (kept != null && kept.keeps(release.spec().image())) {
      return Optional.of(new Source(pinned(release), checks, true));
    }
    return image.map(found -> new Source(found.id(), checks, false));
  }

  /** By digest: a tag may have been moved since. */
  private static String pinned(Release release) {
    return Registry.pinned(release.spec().image(), release.spec().imageDigest());
  }

  /** Whether the image brings a health check of its own, as far as this engine can tell. */
  public boolean healthcheck(Release release) {
    return here(release).map(ImageInfo::healthcheck).orElse(false);
  }

  /** What nodes present when they fetch; null when they need nothing or fetch nothing. */
  public @Nullable RegistryAuth auth() {
    return registry == null ? null : registry.auth();
  }

  /** Why a release's image cannot be had, as a sentence; null when it can. */
  public @Nullable String missing(Release release) {
    if (here(release).isPresent()) {
      return null;
    }
    Registry kept = registry;
    if (kept == null || !kept.keeps(release.spec().image())) {
      return "The image of release "
          + release.number()
          + " is not on the engine any more; deploy its commit again.";
    }
    try {
      return engine.registryDigest(pinned(release), kept.auth()).isPresent()
          ? null
          : "The registry "
              + kept.server()
              + " does not keep the image of release "
              + release.number()
              + " any more; deploy its commit again.";
    } catch (DockerProblem.RegistryRefused refused) {
      return "The registry " + kept.server() + " cannot be asked: " + refused.getMessage() + ".";
    }
  }
}
