package dev.slipway.backup.verify;

import dev.slipway.contracts.backup.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * What became of the attempt to restore a backup.
 *
 * @param manifest as it is known now
 * @param against why it is not proven; null: it is
 */
public record Proof(Manifest manifest, @Nullable Against against) {

  /**
   * Why not.
   *
   * @param conclusive it says something about the backup; otherwise the attempt could not be made
   */
  public record Against(String code, String detail, String remedy, boolean conclusive) {}

  static Proof good(Manifest manifest) {
    return new Proof(manifest, null);
  }
}
