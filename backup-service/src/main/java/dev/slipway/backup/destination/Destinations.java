package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;

/**
 * Opens destinations.
 *
 * @param directories where directories on this machine may be
 * @param guard judges the addresses of the others
 */
public record Destinations(LocalRoots directories, AddressGuard guard) {

  /** Opens one; its first call connects. */
  public Destination open(DestinationConfig config) {
    return switch (config) {
      case DestinationConfig.LocalDirectory local -> directories.open(local);
      case DestinationConfig.S3 s3 -> throw unknown("s3");
      case DestinationConfig.Sftp sftp -> throw unknown("sftp");
    };
  }

  private static Problem unknown(String type) {
    return Problem.failed(
        "destination_unknown",
        "This version stores nothing at destinations of the type " + type + ".",
        "Update the backup service.");
  }
}
