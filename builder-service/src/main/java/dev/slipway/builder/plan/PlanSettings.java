package dev.slipway.builder.plan;

import dev.slipway.contracts.application.BuildConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the owner and this host say about a build.
 *
 * @param rootDirectory folder of the repository; null for its top
 * @param startCommand wins over every guess; null when the owner gave none
 * @param port where the application listens
 * @param volumePaths where volumes will be mounted: made writable for the image's user
 * @param plain names of variables that are no secrets
 * @param secret names of those that are
 * @param environmentVersion changes when a variable does
 * @param buildkit whether steps may use caches and secrets
 * @param cacheScope names this application's caches, so that none is shared with a stranger
 * @param bases base images by family, where they differ from {@code slipway-base/<family>:latest}
 */
public record PlanSettings(
    BuildConfig build,
    @Nullable String rootDirectory,
    @Nullable String startCommand,
    int port,
    List<String> volumePaths,
    Set<String> plain,
    Set<String> secret,
    int environmentVersion,
    boolean buildkit,
    String cacheScope,
    Map<String, String> bases) {

  public PlanSettings {
    volumePaths = List.copyOf(volumePaths);
    plain = java.util.Collections.unmodifiableSet(new TreeSet<>(plain));
    secret = java.util.Collections.unmodifiableSet(new TreeSet<>(secret));
    bases = Map.copyOf(bases);
    startCommand = blankToNull(startCommand);
  }

  String base(String family) {
    return bases.getOrDefault(family, "slipway-base/" + family + ":latest");
  }

  @Nullable String installCommand() {
    return blankToNull(build.installCommand());
  }

  @Nullable String buildCommand() {
    return blankToNull(build.buildCommand());
  }

  @Nullable String outputDirectory() {
    return blankToNull(build.outputDirectory());
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }
}
