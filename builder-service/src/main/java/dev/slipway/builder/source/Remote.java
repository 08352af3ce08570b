package dev.slipway.builder.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/**
 * The other end of a fetch. Every connection passes the {@link AddressGuard}; no setting of a
 * repository is obeyed.
 */
final class Remote {
  private final AddressGuard guard;
  private final SshAccess ssh;
  private final SourceLimits limits;

  Remote(Path data, AddressGuard guard, SourceLimits limits) {
    this.guard = guard;
    this.ssh = new SshAccess(data.resolve("ssh"));
    this.limits = limits;
  }

  /** Brings these refs and what they need into the mirror. */
  void fetch(Repository mirror, RepositoryUrl url, List<RefSpec> refs, ProgressMonitor watch)
      throws IOException {
    try (var transport = open(mirror, url)) {
      transport.fetch(watch, refs);
    }
  }

  /** What the remote has to offer, by full name. */
  Map<String, Ref> refs(Repository mirror, RepositoryUrl url) throws IOException {
    try (var transport = open(mirror, url);
        var connection = transport.openFetch()) {
      return connection.getRefsMap();
    }
  }

  private Transport open(Repository mirror, RepositoryUrl url) throws IOException {
    guard.check(url.host());
    Transport transport;
    try {
      transport = Transport.open(mirror, new URIish(url.wire()));
    } catch (URISyntaxException e) {
      throw new IOException("unreadable URL " + url.shown(), e);
    }
    transport.setTimeout((int) limits.silence().toSeconds());
    transport.setTagOpt(TagOpt.NO_TAGS);
    transport.setCredentialsProvider(new OnlyForThisHost(url));
    if (transport instanceof TransportHttp http) {
      http.setHttpConnectionFactory(GuardedConnection.factory(guard));
    }
    if (transport instanceof SshTransport secure) {
      secure.setSshSessionFactory(ssh.sessions());
    }
    return transport;
  }

  /**
   * Gives the URL's credentials to the host they were written for, and to no host it redirects to.
   */
  private static final class OnlyForThisHost extends CredentialsProvider {
    private final RepositoryUrl url;

    OnlyForThisHost(RepositoryUrl url) {
      this.url = url;
    }

    @Override
    public boolean isInteractive() {
      return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
      return has();
    }

    @Override
    public boolean get(URIish asker, CredentialItem... items) {
      if (!has() || !url.host().equalsIgnoreCase(asker.getHost()) || plainInsteadOfSecure(asker)) {
        return false;
      }
      for (var item : items) {
        switch (item) {
          case CredentialItem.Username name -> name.setValue(user());
          case CredentialItem.Password secret -> secret.setValue(secret().toCharArray());
          default -> {
            return false;
          }
        }
      }
      return true;
    }

    private boolean has() {
      return url.scheme() != RepositoryUrl.Scheme.SSH
          && (url.user() != null || url.password() != null);
    }

    private boolean plainInsteadOfSecure(URIish asker) {
      return url.scheme() == RepositoryUrl.Scheme.HTTPS && !"https".equals(asker.getScheme());
    }

    // https://TOKEN@host is a habit: most forges take the token under any name
    private String user() {
      return url.user() == null ? "git" : url.user();
    }

    private String secret() {
      return url.password() == null ? user() : url.password();
    }
  }
}
