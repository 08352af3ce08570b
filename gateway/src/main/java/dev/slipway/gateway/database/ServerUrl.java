package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the URL of somebody else's server. What is wrong with one is told without repeating it: it
 * holds a password.
 */
final class ServerUrl {
  private static final String FIELD = "url";

  private static final Map<String, Set<DatabaseEngine>> SCHEMES =
      Map.of(
          "postgresql", Set.of(DatabaseEngine.POSTGRESQL),
          "postgres", Set.of(DatabaseEngine.POSTGRESQL),
          "mysql", Set.of(DatabaseEngine.MYSQL, DatabaseEngine.MARIADB),
          "mariadb", Set.of(DatabaseEngine.MARIADB),
          "mongodb", Set.of(DatabaseEngine.MONGODB),
          "redis", Set.of(DatabaseEngine.REDIS, DatabaseEngine.VALKEY),
          "rediss", Set.of(DatabaseEngine.REDIS, DatabaseEngine.VALKEY),
          "valkey", Set.of(DatabaseEngine.VALKEY),
          "valkeys", Set.of(DatabaseEngine.VALKEY));

  /** How the clients of one engine or another are told to use TLS, or not to. */
  private static final Set<String> TLS_OPTIONS = Set.of("sslmode", "ssl-mode", "ssl", "tls");

  private static final Set<String> OPEN = Set.of("disable", "disabled", "false", "0");
  private static final Set<String> ENCRYPTED =
      Set.of(
          "require",
          "required",
          "true",
          "1",
          "verify-ca",
          "verify-full",
          "verify_ca",
          "verify_identity");

  private ServerUrl() {}

  /**
   * The server that a URL names.
   *
   * @param wanted null: whatever the scheme says, where that is one engine only
   * @throws Problem that names the field {@code url} or {@code engine}
   */
  static Server read(String text, @Nullable DatabaseEngine wanted) {
    URI uri = uri(text);
    DatabaseEngine engine = engine(uri, wanted);
    if (uri.getHost() == null || uri.getRawFragment() != null) {
      throw wrong(
          "must name one host, as in "
              + engine.url("user", "password", "host", engine.port(), "name"));
    }
    String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
    int colon = userInfo.indexOf(':');
    return new Server(
        engine,
        uri.getHost().toLowerCase(Locale.ROOT),
        port(uri, engine),
        user(plain(decoded(colon < 0 ? userInfo : userInfo.substring(0, colon))), engine),
        colon < 0 ? "" : decoded(userInfo.substring(colon + 1)),
        database(uri, engine),
        tls(uri));
  }

  private static URI uri(String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw wrong("is no URL; characters such as @ : / in user or password need their % codes");
    }
  }

  private static DatabaseEngine engine(URI uri, @Nullable DatabaseEngine wanted) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Set<DatabaseEngine> possible = SCHEMES.getOrDefault(scheme, Set.of());
    if (possible.isEmpty()) {
      throw wrong(
          scheme.equals("mongodb+srv")
              ? "must name the server itself: mongodb://, not mongodb+srv://"
              : "must begin with postgresql://, mysql://, mariadb://, mongodb://, redis:// or rediss://");
    }
    if (wanted == null && possible.size() > 1) {
      throw Problem.invalid(
          "engine",
          "is missing: the URL may mean "
              + String.join(" or ", possible.stream().map(DatabaseEngine::wire).sorted().toList()));
    }
    if (wanted != null && !possible.contains(wanted)) {
      throw wrong("has the scheme of another engine than " + wanted.wire());
    }
    return wanted == null ? possible.iterator().next() : wanted;
  }

  private static int port(URI uri, DatabaseEngine engine) {
    int port = uri.getPort() < 0 ? engine.port() : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw wrong("must have a port from 1 to 65535");
    }
    return port;
  }

  private static String user(String given, DatabaseEngine engine) {
    if (!given.isEmpty()) {
      return given;
    }
    if (engine.namesDatabases()) {
      throw wrong("must name a user, as in user:password@host");
    }
    return "default";
  }

  private static String database(URI uri, DatabaseEngine engine) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("^/", "");
    if (!engine.namesDatabases()) {
      if (!path.isEmpty() && !path.equals("0")) {
        throw wrong("must mean the database 0: others cannot be backed up apart from it");
      }
      return "0";
    }
    if (path.isEmpty() || path.contains("/")) {
      throw wrong("must name a database behind the host, as in host:" + engine.port() + "/name");
    }
    return plain(decoded(path));
  }

  /** The engines' own programs would take it for an option of theirs. */
  private static String plain(String name) {
    if (name.startsWith("-")) {
      throw wrong("must not have a user or a database whose name begins with '-'");
    }
    return name;
  }

  private static boolean tls(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("rediss") || scheme.equals("valkeys");
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String option : query.split("&")) {
      if (!option.isEmpty()) {
        int equal = option.indexOf('=');
        String name = decoded(equal < 0 ? option : option.substring(0, equal));
        tls |= encrypted(name, equal < 0 ? "" : decoded(option.substring(equal + 1)));
      }
    }
    return tls;
  }

  private static boolean encrypted(String name, String value) {
    String plain = value.toLowerCase(Locale.ROOT);
    if (TLS_OPTIONS.contains(name.toLowerCase(Locale.ROOT))) {
      if (!OPEN.contains(plain) && !ENCRYPTED.contains(plain)) {
        throw wrong("must say with " + shown(name) + " whether TLS is used: require or disable");
      }
      return ENCRYPTED.contains(plain);
    }
    if (name.equals("authSource") && plain.equals("admin")) {
      return false;
    }
    throw wrong(
        "has the option "
            + shown(name)
            + ", which is not kept; write it in variables, behind ${{db.NAME.url}}");
  }

  private static String shown(String name) {
    return name.matches("[A-Za-z_-]{1,40}") ? "'" + name + "'" : "of a strange name";
  }

  private static String decoded(String part) {
    try {
      String text = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (text.length() > 1_000 || text.chars().anyMatch(c -> c < ' ' || c == 127)) {
        throw wrong("must not have control characters or overlong parts");
      }
      return text;
    } catch (IllegalArgumentException e) {
      throw wrong("has a % that is not followed by the code of a character");
    }
  }

  private static Problem wrong(String message) {
    return Problem.invalid(FIELD, message);
  }
}
