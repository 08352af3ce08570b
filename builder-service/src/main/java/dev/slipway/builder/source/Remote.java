package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import java.io.IOException;
import java.net.InetAddress;
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
import org.jspecify.annotations.Nullable;

/**
 * The other end of a fetch. Every connection passes the {@link AddressGuard}; no setting of a
 * repository is obeyed.
 */
final class Remote {
  private final AddressGuard guard;
  private final SshAccess ssh;
  private final SourceLimits limits;

  Remote(Path data, AddressGuard guard, SourceLimits limits, HostKeys hosts) {
    this.guard = guard;
    this.ssh = new SshAccess(data.resolve("ssh"), hosts);
    this.limits = limits;
  }

  /** Brings these refs and what they need into the mirror. */
  void fetch(Repository mirror, RepositoryUrl url, List<RefSpec> refs, ProgressMonitor watch)
      throws IOException {
    try (var line = open(mirror, url)) {
      line.transport().fetch(watch, refs);
    }
  }

  /** What the remote has to offer, by full name. */
  Map<String, Ref> refs(Repository mirror, RepositoryUrl url) throws IOException {
    try (var line = open(mirror, url);
        var connection = line.transport().openFetch()) {
      return connection.getRefsMap();
    }
  }

  /** A transport and what it speaks through, closed together. */
  private record Line(Transport transport, @Nullable GuardedConnections http)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      transport.close();
      if (http != null) {
        http.close();
      }
    }
  }

  private Line open(Repository mirror, RepositoryUrl url) throws IOException {
    var address = address(url);
    if (url.scheme() == RepositoryUrl.Scheme.HTTP
        && url.password() != null
        && AddressGuard.isPublic(address)) {
      throw GitFailure.overheard(url);
    }
    Transport transport;
    try {
      // git:// would resolve the host again; ssh is told where to connect, http asks the guard
      var at = url.scheme() == RepositoryUrl.Scheme.GIT ? url.at(address.getHostAddress()) : url;
      transport = Transport.open(mirror, new URIish(at.wire()));
    } catch (URISyntaxException e) {
      throw new IOException("unreadable URL " + url.shown(), e);
    }
    transport.setTimeout((int) limits.silence().toSeconds());
    transport.setTagOpt(TagOpt.NO_TAGS);
    transport.setCredentialsProvider(new OnlyForThisHost(url));
    if (transport instanceof SshTransport secure) {
      secure.setSshSessionFactory(ssh.sessions(url, address));
    }
    if (transport instanceof TransportHttp web) {
      var http = new GuardedConnections(guard, limits.silence(), url);
      web.setHttpConnectionFactory(http);
      return new Line(transport, http);
    }
    return new Line(transport, null);
  }

  private InetAddress address(RepositoryUrl url) {
    try {
      return guard.resolve(url.host()).getFirst();
    } catch (Problem e) {
      throw GitFailure.told(e, url);
    }
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
      if (!has() || !url.isDoor(asker.getScheme(), asker.getHost(), asker.getPort())) {
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

    // https://TOKEN@host is a habit: most forges take the token under any name
    private String user() {
      return url.user() == null ? "git" : url.user();
    }

    private String secret() {
      return url.password() == null ? user() : url.password();
    }
  }
}
