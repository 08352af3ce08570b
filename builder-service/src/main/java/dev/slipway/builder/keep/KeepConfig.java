package dev.slipway.builder.keep;

import dev.slipway.platform.config.Settings;
import java.time.Duration;

/**
 * How much room builds need and how long their leavings are kept.
 *
 * @param every from the beginning of one look at everything to the next
 * @param mirrors time after its last use after which a Git mirror goes
 * @param mirrorBytes of all mirrors; those unused for longest go first
 * @param cache whose build cache is on the engine
 * @param cacheAge time after its last use after which a piece of our own cache goes
 * @param cacheBytes of our own cache; what was unused for longest goes first
 * @param freeInodes that must be free on the disks for each build at work
 */
public record KeepConfig(
    Duration every,
    Duration mirrors,
    long mirrorBytes,
    CacheOwner cache,
    Duration cacheAge,
    long cacheBytes,
    int freeInodes) {

  /** Build cache carries no labels, so nobody but the host's owner can say whose it is. */
  public enum CacheOwner {
    /** Others build on this engine too: its cache is left alone. */
    SHARED,
    /** Only this installation builds on this engine: its cache is kept within age and size. */
    OURS
  }

  public static final KeepConfig DEFAULTS =
      new KeepConfig(
          Duration.ofHours(1),
          Duration.ofDays(30),
          10L << 30,
          CacheOwner.SHARED,
          Duration.ofDays(14),
          20L << 30,
          10_000);

  /** Reads the settings; the caller checks them for mistakes. */
  public static KeepConfig from(Settings settings) {
    return new KeepConfig(
        settings.duration("SLIPWAY_KEEP_EVERY", DEFAULTS.every()),
        settings.duration("SLIPWAY_KEEP_MIRRORS", DEFAULTS.mirrors()),
        settings.bytes("SLIPWAY_KEEP_MIRROR_BYTES", DEFAULTS.mirrorBytes()),
        settings.choice("SLIPWAY_BUILD_CACHE", DEFAULTS.cache()),
        settings.duration("SLIPWAY_KEEP_BUILD_CACHE", DEFAULTS.cacheAge()),
        settings.bytes("SLIPWAY_KEEP_BUILD_CACHE_BYTES", DEFAULTS.cacheBytes()),
        settings.number("SLIPWAY_BUILD_FREE_INODES", DEFAULTS.freeInodes(), 0, 100_000_000));
  }
}
