package dev.slipway.builder.run;

import dev.slipway.builder.keep.KeepConfig;
import dev.slipway.docker.Registry;
import dev.slipway.platform.config.RegistrySettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.net.AddressGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How this host builds.
 *
 * @param owner a name that no two living processes share
 * @param installation 12 hexadecimal digits, in the name of every image
 * @param data where mirrors and work trees are kept
 * @param home where the platform's own scripts are, or null when they are not on this host
 * @param registry where images are pushed, or null to keep them on this engine
 * @param addresses where repositories and registries may be
 * @param concurrency builds at a time
 * @param limits of one build
 * @param bases base images by family, where they differ from {@code slipway-base/<family>:latest}
 * @param keep how much room builds need and how long their leavings are kept
 */
public record BuilderConfig(
    String owner,
    String installation,
    Path data,
    @Nullable Path home,
    @Nullable Registry registry,
    AddressGuard addresses,
    int concurrency,
    Limits limits,
    Map<String, String> bases,
    KeepConfig keep) {

  static final List<String> FAMILIES =
      List.of("busybox", "debian", "node", "python", "java", "go", "php", "static");

  /**
   * What one build may take.
   *
   * @param memoryBytes of all its steps together; 0 for three quarters of the engine's memory
   * @param cpus processors; 0 for three quarters of the engine's, at least one
   * @param time from the first step to the image
   * @param contextBytes of the files a build sees
   * @param freeBytes that must be free on the disks before a build begins
   */
  public record Limits(
      long memoryBytes, double cpus, Duration time, long contextBytes, long freeBytes) {}

  public BuilderConfig {
    bases = Map.copyOf(bases);
  }

  /** Reads the settings; the caller checks them for mistakes. */
  public static BuilderConfig from(Settings settings, String owner, String installation) {
    var bases = new LinkedHashMap<String, String>();
    for (var family : FAMILIES) {
      settings
          .text("SLIPWAY_BASE_" + family.toUpperCase(Locale.ROOT))
          .ifPresent(image -> bases.put(family, image));
    }
    return new BuilderConfig(
        owner,
        installation,
        settings.path("SLIPWAY_DATA", "~/.slipway"),
        settings.text("SLIPWAY_HOME").map(Path::of).orElse(null),
        RegistrySettings.from(settings)
            .map(r -> Registry.of(r.address(), r.username(), r.password().reveal()))
            .orElse(null),
        AddressGuard.from(settings),
        settings.number("SLIPWAY_BUILD_CONCURRENCY", 2, 1, 64),
        new Limits(
            settings.bytes("SLIPWAY_BUILD_MEMORY", 0),
            settings.number("SLIPWAY_BUILD_CPUS", 0, 0, 1024),
            settings.duration("SLIPWAY_BUILD_TIMEOUT", Duration.ofMinutes(15)),
            settings.bytes("SLIPWAY_BUILD_CONTEXT", 500L << 20),
            settings.bytes("SLIPWAY_BUILD_FREE_SPACE", 1L << 30)),
        bases,
        KeepConfig.from(settings));
  }

  Path workTrees() {
    return data.resolve("work");
  }

  /**
   * The first digits of the installation: enough to keep neighbours apart, short enough for names.
   */
  String shortInstallation() {
    return installation.substring(0, Math.min(6, installation.length()));
  }
}
