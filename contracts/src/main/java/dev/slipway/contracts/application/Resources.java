package dev.slipway.contracts.application;

import org.jspecify.annotations.Nullable;

/**
 * What one replica may use.
 *
 * @param memoryMb mebibytes, 16 to 1048576; null: no limit
 * @param cpus cores, 0.05 to 256; null: no limit
 * @param readOnly its root filesystem cannot be written, {@code /tmp} lies in memory; null: no
 */
public record Resources(
    @Nullable Integer memoryMb, @Nullable Double cpus, @Nullable Boolean readOnly) {
  public static final Resources UNLIMITED = new Resources(null, null);

  public Resources(@Nullable Integer memoryMb, @Nullable Double cpus) {
    this(memoryMb, cpus, null);
  }
}
