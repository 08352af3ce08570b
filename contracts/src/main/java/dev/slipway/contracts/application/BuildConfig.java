package dev.slipway.contracts.application;

import org.jspecify.annotations.Nullable;

/**
 * How the source becomes an image. Paths are relative to the application's root directory.
 *
 * @param dockerfile path of the Dockerfile; null: {@code Dockerfile}
 * @param target stage of the Dockerfile; null: the last
 * @param image the image to run when the type is {@code image}
 * @param installCommand replaces the detected installation of dependencies
 * @param buildCommand replaces the detected build
 * @param outputDirectory what a static site serves; null: detected
 * @param spa unknown paths of a static site answer its index.html
 */
public record BuildConfig(
    BuildType type,
    @Nullable String dockerfile,
    @Nullable String target,
    @Nullable String image,
    @Nullable String installCommand,
    @Nullable String buildCommand,
    @Nullable String outputDirectory,
    @Nullable Boolean spa) {

  public static BuildConfig auto() {
    return new BuildConfig(BuildType.AUTO, null, null, null, null, null, null, null);
  }
}
