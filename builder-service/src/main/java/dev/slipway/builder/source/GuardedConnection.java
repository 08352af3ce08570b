package dev.slipway.builder.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.URL;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange of a fetch, to a host that passed the {@link AddressGuard}. Redirects make a
 * new connection and are judged again; certificates are always verified.
 */
final class GuardedConnection implements HttpConnection {
  private final HttpURLConnection wire;

  private GuardedConnection(HttpURLConnection wire) {
    this.wire = wire;
  }

  static HttpConnectionFactory factory(AddressGuard guard) {
    return new HttpConnectionFactory() {
      @Override
      public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
      }

      @Override
      public HttpConnection create(URL url, Proxy proxy) throws IOException {
        var host = url.getHost().replaceAll("^\\[|]$", "");
        guard.check(host);
        var wire = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        wire.setInstanceFollowRedirects(false);
        if (wire instanceof HttpsURLConnection secure) {
          secure.setSSLSocketFactory(new CheckedSockets(secure.getSSLSocketFactory(), guard));
        }
        return new GuardedConnection(wire);
      }
    };
  }

  @Override
  public int getResponseCode() throws IOException {
    return wire.getResponseCode();
  }

  @Override
  public URL getURL() {
    return wire.getURL();
  }

  @Override
  public String getResponseMessage() throws IOException {
    return wire.getResponseMessage();
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return wire.getHeaderFields();
  }

  @Override
  public void setRequestProperty(String key, String value) {
    wire.setRequestProperty(key, value);
  }

  @Override
  public void setRequestMethod(String method) throws ProtocolException {
    wire.setRequestMethod(method);
  }

  @Override
  public void setUseCaches(boolean usecaches) {
    wire.setUseCaches(usecaches);
  }

  @Override
  public void setConnectTimeout(int timeout) {
    wire.setConnectTimeout(timeout);
  }

  @Override
  public void setReadTimeout(int timeout) {
    wire.setReadTimeout(timeout);
  }

  @Override
  public @Nullable String getContentType() {
    return wire.getContentType();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return wire.getInputStream();
  }

  @Override
  public @Nullable String getHeaderField(String name) {
    return wire.getHeaderField(name);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    var found = new LinkedList<String>();
    wire.getHeaderFields()
        .forEach((key, values) -> {
          if (name.equalsIgnoreCase(key)) {
            found.addAll(values);
          }
        });
    return found;
  }

  @Override
  public int getContentLength() {
    return wire.getContentLength();
  }

  @Override
  public void setInstanceFollowRedirects(boolean followRedirects) {
    // never by the virtual machine: it would not ask the guard
  }

  @Override
  public void setDoOutput(boolean dooutput) {
    wire.setDoOutput(dooutput);
  }

  @Override
  public void setFixedLengthStreamingMode(int contentLength) {
    wire.setFixedLengthStreamingMode(contentLength);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return wire.getOutputStream();
  }

  @Override
  public void setChunkedStreamingMode(int chunklen) {
    wire.setChunkedStreamingMode(chunklen);
  }

  @Override
  public String getRequestMethod() {
    return wire.getRequestMethod();
  }

  @Override
  public boolean usingProxy() {
    return wire.usingProxy();
  }

  @Override
  public void connect() throws IOException {
    wire.connect();
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

  /**
   * Judges the address of each connected socket before TLS begins. Having no unconnected sockets to
   * give, it makes the connection open a plain one first and hand it over connected.
   */
  private static final class CheckedSockets extends SSLSocketFactory {
    private final SSLSocketFactory real;
    private final AddressGuard guard;

    CheckedSockets(SSLSocketFactory real, AddressGuard guard) {
      this.real = real;
      this.guard = guard;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
        throws IOException {
      guard.check(host, connected.getInetAddress());
      return real.createSocket(connected, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return real.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return real.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
        throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
        throws IOException {
      throw unconnected();
    }

    private static IOException unconnected() {
      return new IOException(
          "only connected sockets are taken, so that their address can be judged");
    }
  }
}
