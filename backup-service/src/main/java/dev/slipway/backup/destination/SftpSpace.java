package dev.slipway.backup.destination;

import java.io.IOException;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatPathExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a server for its free space, where it tells. */
final class SftpSpace {
  private static final Logger LOG = LoggerFactory.getLogger(SftpSpace.class);
  private static final long FULL = 1 << 20;

  private SftpSpace() {}

  /** Whether less than 1 MiB is free; no when the server does not tell. */
  static boolean isFull(SftpClient sftp, String directory) {
    try {
      var statistics = sftp.getExtension(OpenSSHStatPathExtension.class);
      if (statistics == null || !statistics.isSupported() || !sftp.isOpen()) {
        return false;
      }
      var told = statistics.stat(directory);
      return told.f_bavail * told.f_frsize < FULL;
    } catch (IOException e) {
      LOG.debug("The free space at the SFTP server cannot be asked for", e);
      return false;
    }
  }
}
