package dev.slipway.contracts.database;

import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What kind of server a database is. */
public enum DatabaseEngine {
  POSTGRESQL(5432, "postgresql", List.of("13", "14", "15", "16", "17", "18"), "17"),
  MARIADB(3306, "mysql", List.of("10.6", "10.11", "11.4", "11.8"), "11.8"),
  MYSQL(3306, "mysql", List.of("8.0", "8.4", "9.7"), "9.7"),
  MONGODB(27017, "mongodb", List.of("6.0", "7.0", "8.0"), "8.0"),
  REDIS(6379, "redis", List.of("7.2", "7.4", "8.0"), "8.0"),
  VALKEY(6379, "redis", List.of("7.2", "8.0", "8.1"), "8.1");

  private final int port;
  private final String scheme;
  private final List<String> versions;
  private final String defaultVersion;

  DatabaseEngine(int port, String scheme, List<String> versions, String defaultVersion) {
    this.port = port;
    this.scheme = scheme;
    this.versions = versions;
    this.defaultVersion = defaultVersion;
  }

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The port its server listens on by itself. */
  public int port() {
    return port;
  }

  /** Versions whose tools and data are known; a custom image may bring another. */
  public List<String> versions() {
    return versions;
  }

  /** What a new database gets when its owner names no version. */
  public String defaultVersion() {
    return defaultVersion;
  }

  /** Whether a server holds databases by name; Redis and Valkey count theirs. */
  public boolean namesDatabases() {
    return this != REDIS && this != VALKEY;
  }

  /**
   * The address an application connects with; it holds the password, so it is a secret.
   *
   * @param database left out for engines that do not name theirs
   */
  public String url(String user, String password, String host, int port, String database) {
    return scheme
        + "://"
        + encoded(user)
        + ":"
        + encoded(password)
        + "@"
        + host
        + ":"
        + port
        + (namesDatabases() ? "/" + encoded(database) : "/0")
        + (this == MONGODB ? "?authSource=admin" : "");
  }

  /**
   * The same, where nothing may be said in the open: in the words that most clients understand.
   *
   * @param tls whether that is so
   */
  public String url(
      String user, String password, String host, int port, String database, boolean tls) {
    String url = url(user, password, host, port, database);
    if (!tls) {
      return url;
    }
    return switch (this) {
      case POSTGRESQL -> url + "?sslmode=require";
      case MARIADB, MYSQL -> url + "?ssl-mode=REQUIRED";
      case MONGODB -> url + "&tls=true";
      case REDIS, VALKEY -> url.replaceFirst("^redis:", "rediss:");
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
