package dev.slipway.contracts.application;

import org.jspecify.annotations.Nullable;

/**
 * What one replica may use.
 *
 * @param memoryMb mebibytes, 16 to 1048576; null: no limit
 * @param cpus cores, 0.05 to 256; null: no limit
 */
public record Resources(@Nullable Integer memoryMb, @Nullable Double cpus) {
  public static final Resources UNLIMITED = new Resources(null, null);
}
