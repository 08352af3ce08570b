package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/**
 * What a server's answer, or its silence, means to a person. It listens for what ended a session:
 * whoever waited for an answer is told only that it is closed.
 */
final class SftpFailures implements SessionListener {
  private final String server;
  private volatile @Nullable Throwable ended;

  SftpFailures(String server) {
    this.server = server;
  }

  @Override
  public void sessionCreated(Session session) {
    ended = null;
  }

  @Override
  public void sessionException(Session session, Throwable cause) {
    ended = cause;
  }

  Problem of(IOException failure) {
    if (failure instanceof SftpException answer) {
      return answered(answer);
    }
    if (failure instanceof SshException ssh
        && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
      return Failures.denied(server, ": neither the password nor the key is accepted", failure);
    }
    if (isSilence(failure) || isSilence(ended)) {
      return Failures.timeout(server, failure);
    }
    return Failures.unreachable(server, failure);
  }

  private static boolean isSilence(@Nullable Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      var message = String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT);
      if (cause instanceof TimeoutException
          || message.contains("timeout")
          || message.contains("timed out")
          || message.contains("without reply")) {
        return true;
      }
    }
    return false;
  }

  private Problem answered(SftpException answer) {
    return switch (answer.getStatus()) {
      case SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM, SftpConstants.SSH_FX_QUOTA_EXCEEDED ->
          full(answer);
      case SftpConstants.SSH_FX_PERMISSION_DENIED, SftpConstants.SSH_FX_WRITE_PROTECT ->
          Failures.denied(server, ": this user may not do that in the directory", answer);
      case SftpConstants.SSH_FX_NO_CONNECTION, SftpConstants.SSH_FX_CONNECTION_LOST ->
          Failures.unreachable(server, answer);
      default -> Failures.failed(server, "its answer is status " + answer.getStatus(), answer);
    };
  }

  Problem full(IOException cause) {
    return Failures.diskFull("at " + server, cause);
  }

  Problem noDirectory(String directory) {
    return Failures.missing(
        "The directory '" + directory + "' at " + server,
        "Make it there, or correct the path; a relative one begins where the server puts this user.",
        null);
  }

  static boolean isMissing(IOException failure) {
    return failure instanceof SftpException answer
        && (answer.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
            || answer.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH);
  }
}
