package dev.slipway.builder.source;

import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.GuardedHttp;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.apache.http.impl.client.CloseableHttpClient;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.apache.HttpClientConnection;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP exchanges of one fetch, to addresses that the {@link AddressGuard} has judged. A
 * redirect makes a new connection and is judged again; certificates are always verified.
 */
final class GuardedConnections implements HttpConnectionFactory, AutoCloseable {
  private final CloseableHttpClient client;
  private final RepositoryUrl repository;

  GuardedConnections(AddressGuard guard, Duration silence, RepositoryUrl repository) {
    this.client = GuardedHttp.client(guard, silence);
    this.repository = repository;
  }

  @Override
  public HttpConnection create(URL url) throws IOException {
    return new Exchange(
        url, client, repository.isDoor(url.getProtocol(), url.getHost(), url.getPort()));
  }

  @Override
  public HttpConnection create(URL url, Proxy proxy) throws IOException {
    return create(url); // whatever this machine's own settings say
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private static final class Exchange extends HttpClientConnection {
    private final boolean home;

    Exchange(URL url, CloseableHttpClient client, boolean home) throws IOException {
      super(url.toString(), Proxy.NO_PROXY, client);
      this.home = home;
    }

    /** The library takes credentials along to another port of a host that it is redirected to. */
    @Override
    public void setRequestProperty(String name, String value) {
      if (home || !name.equalsIgnoreCase("Authorization")) {
        super.setRequestProperty(name, value);
      }
    }

    @Override
    public void configure(
        KeyManager @Nullable [] km,
        TrustManager @Nullable [] tm,
        java.security.@Nullable SecureRandom random) {
      throw new UnsupportedOperationException("certificates are always verified");
    }

    @Override
    public void setHostnameVerifier(HostnameVerifier hostnameverifier) {
      throw new UnsupportedOperationException("host names are always verified");
    }
  }
}
