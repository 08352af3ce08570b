package dev.slipway.backup.destination;

import dev.slipway.platform.net.AddressGuard;
import java.time.Duration;

/**
 * Opens destinations.
 *
 * @param directories where directories on this machine may be
 * @param guard judges the addresses of the others
 * @param silence the longest wait for a connection with one in the network, and for its next byte
 *     or answer; whole requests may take 6 times as long, and 20 times with their repetitions
 */
public record Destinations(LocalRoots directories, AddressGuard guard, Duration silence) {

  /**
   * Opens one; its first call connects.
   *
   * @throws dev.slipway.contracts.problem.Problem {@code directory_refused} when it is a directory
   *     that may not be used
   */
  public Destination open(DestinationConfig config) {
    return switch (config) {
      case DestinationConfig.LocalDirectory local -> directories.open(local);
      case DestinationConfig.S3 s3 -> new S3Destination(s3, guard, Patience.of(silence));
      case DestinationConfig.Sftp sftp -> new SftpDestination(sftp, guard, Patience.of(silence));
    };
  }
}
