package dev.slipway.backup.destination;

import java.io.IOException;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.CopyMode;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.apache.sshd.sftp.common.SftpConstants;

/** Puts a file in the place of another one, in one step where the server can. */
final class SftpRename {
  private SftpRename() {}

  static void replacing(SftpClient sftp, String from, String to) throws IOException {
    var posix = sftp.getExtension(OpenSSHPosixRenameExtension.class);
    if (posix != null && posix.isSupported()) {
      posix.posixRename(from, to);
    } else if (sftp.getVersion() >= SftpConstants.SFTP_V5) {
      sftp.rename(from, to, CopyMode.Overwrite, CopyMode.Atomic);
    } else {
      inTwoSteps(sftp, from, to);
    }
  }

  /** Such a server has for a moment nothing under this name, rather than half a file. */
  private static void inTwoSteps(SftpClient sftp, String from, String to) throws IOException {
    try {
      sftp.remove(to);
    } catch (IOException e) {
      if (!SftpFailures.isMissing(e)) {
        throw e;
      }
    }
    sftp.rename(from, to);
  }
}
