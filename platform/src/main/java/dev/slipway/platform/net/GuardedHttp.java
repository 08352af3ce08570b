package dev.slipway.platform.net;

import java.net.InetAddress;
import java.time.Duration;
import org.apache.http.client.config.CookieSpecs;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/**
 * HTTP to hosts that somebody else named: each connection goes to an address that the guard has
 * judged for this very connection, so a name that changes its address in between gains nothing.
 * Redirects are answers like any other and never followed; certificates and host names are always
 * verified; there are no cookies, no proxies and no credentials but those a request carries.
 *
 * <p>Its calls block: for virtual threads.
 */
public final class GuardedHttp {
  private static final int CONNECTIONS = 8;

  private GuardedHttp() {}

  /**
   * A client, to be closed after use.
   *
   * @param silence the longest wait for a connection and for the next byte
   */
  public static CloseableHttpClient client(AddressGuard guard, Duration silence) {
    int patience = Math.toIntExact(silence.toMillis());
    var ways =
        RegistryBuilder.<ConnectionSocketFactory>create()
            .register("http", PlainConnectionSocketFactory.getSocketFactory())
            .register("https", SSLConnectionSocketFactory.getSocketFactory())
            .build();
    var connections =
        new PoolingHttpClientConnectionManager(
            ways, host -> guard.resolve(host).toArray(InetAddress[]::new));
    connections.setMaxTotal(CONNECTIONS);
    connections.setDefaultMaxPerRoute(CONNECTIONS);
    connections.setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(patience).build());
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectTimeout(patience)
                .setSocketTimeout(patience)
                .setConnectionRequestTimeout(patience)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setCookieSpec(CookieSpecs.IGNORE_COOKIES)
                .build())
        .disableRedirectHandling()
        .disableAuthCaching()
        .disableCookieManagement()
        .disableContentCompression()
        .disableAutomaticRetries()
        .build();
  }
}
