package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.jspecify.annotations.Nullable;

/** Turns what Git throws into what a person can act on. */
final class GitFailure {
  private GitFailure() {}

  /**
   * The problem behind a failed fetch; null when it looks like damage of the mirror rather than the
   * remote's doing.
   */
  static @Nullable Problem of(Throwable failure, RepositoryUrl url, SourceLimits limits) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      var problem = byType(t, url, limits);
      if (problem != null) {
        return problem;
      }
    }
    return byText(failure, url);
  }

  private static @Nullable Problem byType(Throwable t, RepositoryUrl url, SourceLimits limits) {
    return switch (t) {
      case Problem known -> told(known, url);
      case NoRemoteRepositoryException missing -> hidden(url, missing);
      case UnknownHostException unknown -> unreachable(url, "its host is unknown", unknown);
      case ConnectException refused ->
          unreachable(url, "nothing accepts connections there", refused);
      case NoRouteToHostException nowhere ->
          unreachable(url, "there is no way to its host", nowhere);
      case SSLException untrusted -> untrusted(url, untrusted);
      case SocketTimeoutException silent -> silent(url, limits, silent);
      case InterruptedIOException silent -> silent(url, limits, silent);
      case SocketException broken -> unreachable(url, "the connection broke off", broken);
      case TooLargeObjectInPackException big -> tooLarge(url, limits, big);
      case TooLargePackException big -> tooLarge(url, limits, big);
      case OutOfMemoryError big -> tooLarge(url, limits, big);
      case NotSupportedException odd ->
          Problem.failed(
              "repository_unreachable",
              url.shown() + " does not speak Git.",
              "Give the URL that `git clone` takes.",
              odd);
      default -> null;
    };
  }

  // the library says these only in words
  private static @Nullable Problem byText(Throwable failure, RepositoryUrl url) {
    var words = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause()) {
      words.append(t.getMessage()).append('\n');
    }
    // without the URL, whose own digits and words say nothing
    var text =
        words.toString().toLowerCase(Locale.ROOT).replace(url.wire().toLowerCase(Locale.ROOT), "");
    if (containsAny(
        text,
        "not authorized",
        "authentication",
        "auth fail",
        "forbidden",
        "unauthorized",
        "not permitted",
        "no more authentication methods",
        "permission denied",
        "access denied")) {
      return hidden(url, failure);
    }
    if (containsAny(
        text,
        "not found",
        "does not exist",
        "no such repository",
        "not exported",
        "access denied or repository")) {
      return hidden(url, failure);
    }
    if (containsAny(text, "redirect")) {
      return unreachable(url, "it redirects where a fetch may not go", failure);
    }
    if (containsAny(
        text,
        "not valid: ",
        "invalid advertisement",
        "expected response content type",
        "remote end hung up",
        "connection reset",
        "unexpected end of file",
        "short read",
        "server error",
        "bad gateway",
        "service unavailable",
        "on the remote side",
        "remote:",
        "cannot open git-upload-pack",
        "connection timed out",
        "premature eof",
        "duplicate advertisement",
        "cannot get remote repository refs",
        "session is already closed",
        "failed to connect",
        "cannot log in")) {
      return unreachable(url, "it does not answer as a Git repository does", failure);
    }
    return null;
  }

  /** Credentials that everybody on the way would read. */
  static Problem overheard(RepositoryUrl url) {
    return Problem.failed(
        "credentials_unprotected",
        "The credentials of " + url.shown() + " would travel over the Internet in the clear.",
        "Change the repository's URL to https://, or remove the application's source credentials.");
  }

  /** What a refused or unknown host means for this repository. */
  static Problem told(Problem problem, RepositoryUrl url) {
    return problem.code().equals("host_unknown")
        ? unreachable(url, "its host is unknown", problem)
        : problem;
  }

  /** For what nobody foresaw, after a fresh clone failed as well. */
  static Problem unclear(RepositoryUrl url, Throwable cause) {
    return unreachable(url, RepositoryUrl.mask(String.valueOf(cause.getMessage())).strip(), cause);
  }

  private static boolean containsAny(String text, String... parts) {
    for (var part : parts) {
      if (text.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static Problem hidden(RepositoryUrl url, Throwable cause) {
    return url.scheme() == RepositoryUrl.Scheme.SSH
        ? Problem.failed(
            "repository_private",
            url.shown() + " does not exist, or does not let this platform's ssh key in.",
            "Check the path; make a deploy key (./slipway sources key APP) and add what it shows to the repository's deploy keys.",
            cause)
        : Problem.failed(
            "repository_private",
            url.shown()
                + " does not exist, or is private and the credentials given do not open it.",
            "Check the path; for a private repository set a read-only token: ./slipway sources token APP.",
            cause);
  }

  static Problem unreachable(RepositoryUrl url, String why, @Nullable Throwable cause) {
    return Problem.failed(
        "repository_unreachable",
        url.shown() + " cannot be reached: " + why + ".",
        "Check the URL and that its server runs and is reachable from this machine; then deploy again.",
        cause);
  }

  private static Problem silent(RepositoryUrl url, SourceLimits limits, Throwable cause) {
    return unreachable(url, "no byte came for " + limits.silence().toSeconds() + " s", cause);
  }

  private static Problem untrusted(RepositoryUrl url, Throwable cause) {
    return Problem.failed(
        "repository_unreachable",
        url.shown()
            + " does not prove who it is: its certificate is not trusted here or TLS failed.",
        "Give the server a certificate that this machine trusts, or add its authority to the Java trust store.",
        cause);
  }

  static Problem tooLarge(RepositoryUrl url, SourceLimits limits, @Nullable Throwable cause) {
    return Problem.failed(
        "repository_too_large",
        "%s is larger than the %d MB a mirror may take, or holds a file too large to unpack."
            .formatted(url.shown(), limits.mirrorBytes() >> 20),
        "Take large files out of the repository and its history.",
        cause);
  }

  static Problem tooSlow(RepositoryUrl url, SourceLimits limits, @Nullable Throwable cause) {
    return Problem.failed(
        "repository_unreachable",
        url.shown() + " was not fetched within " + limits.fetchTime().toSeconds() + " s.",
        "Try again when the repository's server or the network is faster.",
        cause);
  }
}
