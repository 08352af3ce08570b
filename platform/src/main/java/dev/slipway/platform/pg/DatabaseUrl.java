package dev.slipway.platform.pg;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who we are there: {@code
 * postgresql://user:password@host:port/database?sslmode=require}.
 *
 * @param options query parameters in lower case; {@code sslmode} ({@code disable}, {@code prefer},
 *     {@code require}, {@code verify-ca}, {@code verify-full}) and {@code application_name} are
 *     understood
 */
public record DatabaseUrl(
    String user,
    String password,
    String host,
    int port,
    String database,
    Map<String, String> options) {

  private static final String SHAPE =
      "it must look like postgresql://user:password@host:5432/database";

  /** Copies the options. */
  public DatabaseUrl {
    options = Map.copyOf(options);
  }

  /**
   * Reads a URL; port 5432 and a database named like the user when left out.
   *
   * @throws IllegalArgumentException with a sentence that never repeats the URL (it holds a
   *     password)
   */
  public static DatabaseUrl parse(String text) {
    URI uri = uri(text);
    if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
      throw new IllegalArgumentException("The database URL has no postgresql scheme: " + SHAPE);
    }
    String userInfo = uri.getRawUserInfo();
    if (uri.getHost() == null || userInfo == null || userInfo.isEmpty()) {
      throw new IllegalArgumentException("The database URL names no user or no host: " + SHAPE);
    }
    int colon = userInfo.indexOf(':');
    String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String database = path.length() > 1 ? decode(path.substring(1)) : user;
    int port = uri.getPort() < 0 ? 5432 : uri.getPort();
    return new DatabaseUrl(
        user, password, uri.getHost(), port, database, options(uri.getRawQuery()));
  }

  private static URI uri(String text) {
    try {
      return URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      // The cause's message repeats the text with its password: it must not travel.
      throw new IllegalArgumentException("The database URL cannot be read: " + SHAPE);
    }
  }

  private static Map<String, String> options(@Nullable String query) {
    Map<String, String> options = new TreeMap<>();
    if (query == null) {
      return options;
    }
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        options.put(
            decode(pair.substring(0, equals)).toLowerCase(Locale.ROOT),
            decode(pair.substring(equals + 1)));
      }
    }
    return options;
  }

  /** The same server and user, another database. */
  public DatabaseUrl withDatabase(String other) {
    return new DatabaseUrl(user, password, host, port, other, options);
  }

  /** The whole URL with its password: for the file only its owner may read, never for a log. */
  public String reveal() {
    return render(encode(password));
  }

  /** The URL with its password hidden. */
  @Override
  public String toString() {
    return render("****");
  }

  private String render(String shownPassword) {
    StringBuilder text = new StringBuilder("postgresql://");
    text.append(encode(user)).append(':').append(shownPassword).append('@');
    text.append(host).append(':').append(port).append('/').append(encode(database));
    char separator = '?';
    for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
      text.append(separator).append(option.getKey()).append('=').append(encode(option.getValue()));
      separator = '&';
    }
    return text.toString();
  }

  PgConnectOptions connectOptions() {
    PgConnectOptions connect =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setDatabase(database)
            .setUser(user)
            .setPassword(password);
    connect.addProperty("application_name", options.getOrDefault("application_name", "slipway"));
    SslMode mode = SslMode.of(options.getOrDefault("sslmode", "disable"));
    connect.setSslMode(mode);
    if (mode != SslMode.DISABLE) {
      boolean fullCheck = mode == SslMode.VERIFY_FULL;
      connect.setSslOptions(
          new ClientSSLOptions().setHostnameVerificationAlgorithm(fullCheck ? "HTTPS" : ""));
    }
    return connect;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
