package dev.slipway.backup.destination;

import dev.slipway.platform.net.AddressGuard;

/**
 * Opens destinations.
 *
 * @param directories where directories on this machine may be
 * @param guard judges the addresses of the others
 */
public record Destinations(LocalRoots directories, AddressGuard guard) {

  /**
   * Opens one; its first call connects.
   *
   * @throws dev.slipway.contracts.problem.Problem {@code directory_refused} when it is a directory
   *     that may not be used
   */
  public Destination open(DestinationConfig config) {
    return switch (config) {
      case DestinationConfig.LocalDirectory local -> directories.open(local);
      case DestinationConfig.S3 s3 -> new S3Destination(s3, guard);
      case DestinationConfig.Sftp sftp -> new SftpDestination(sftp, guard);
    };
  }
}
