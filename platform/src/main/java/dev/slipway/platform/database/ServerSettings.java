package dev.slipway.platform.database;

import dev.slipway.contracts.database.DatabaseEngine;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a server's settings before anything is started with them. Who may enter, where the server
 * listens and where its data lies are the platform's to say.
 */
public final class ServerSettings {
  private static final int MOST = 100;
  private static final int LONGEST = 1000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}");
  private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]*");

  /** Without underscores and hyphens, which servers take for each other. */
  private static final Map<DatabaseEngine, Set<String>> RESERVED =
      Map.of(
          DatabaseEngine.POSTGRESQL,
          Set.of("datadirectory", "hbafile", "identfile", "configfile", "listenaddresses", "port"),
          DatabaseEngine.MARIADB,
          Set.of("datadir", "port", "bindaddress", "skipgranttables", "skipnetworking", "user"),
          DatabaseEngine.MYSQL,
          Set.of("datadir", "port", "bindaddress", "skipgranttables", "skipnetworking", "user"),
          DatabaseEngine.MONGODB,
          Set.of("dbpath", "port", "bindip", "noauth", "fork", "config", "transitiontoauth"),
          DatabaseEngine.REDIS,
          redis(),
          DatabaseEngine.VALKEY,
          redis());

  /** What MariaDB and MySQL take before the name of any option; it would hide a reserved one. */
  private static final Pattern SQL_PREFIX =
      Pattern.compile("(loose|skip|enable|disable|maximum)[_-].*", Pattern.CASE_INSENSITIVE);

  /** What is itself named with such a word, or is told apart by it, and opens nothing. */
  private static final Set<String> SQL_HARMLESS =
      Set.of(
          "skipnameresolve",
          "skiphostcache",
          "skipexternallocking",
          "skiplogbin",
          "skipshowdatabase",
          "skipslavestart",
          "skipreplicastart",
          "skipcharactersetclienthandshake");

  private ServerSettings() {}

  private static Set<String> redis() {
    return Set.of(
        "dir",
        "port",
        "bind",
        "requirepass",
        "user",
        "aclfile",
        "daemonize",
        "include",
        "protectedmode");
  }

  /**
   * A setting that cannot be.
   *
   * @param name as it was given
   */
  public record Mistake(String name, String wrong, String remedy) {}

  /** The first setting that cannot be; null when all can. */
  public static @Nullable Mistake check(DatabaseEngine engine, Map<String, String> settings) {
    if (settings.size() > MOST) {
      return new Mistake(
          "settings", "are " + settings.size(), "send at most " + MOST + " settings");
    }
    for (var setting : settings.entrySet()) {
      Mistake found = check(engine, setting.getKey(), setting.getValue());
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Mistake check(DatabaseEngine engine, String name, String value) {
    if (!NAME.matcher(name).matches()) {
      return new Mistake(
          name,
          "is not the name of a setting",
          "use letters, digits, '_', '.' and '-', at most 100 of them, a letter first");
    }
    if (isReserved(engine, name)) {
      return new Mistake(name, "is the platform's to set", "leave it out");
    }
    if (isSql(engine) && isDisguised(name)) {
      return new Mistake(
          name,
          "begins with a word that servers take apart from the name (loose, skip, enable, disable,"
              + " maximum)",
          "name the setting without that word");
    }
    if (value.length() > LONGEST || !VALUE.matcher(value).matches()) {
      return new Mistake(
          name,
          "has a value that is longer than " + LONGEST + " characters or has control characters",
          "send one line of at most " + LONGEST + " characters");
    }
    return null;
  }

  private static boolean isReserved(DatabaseEngine engine, String name) {
    String plain = plain(name);
    Set<String> reserved = RESERVED.getOrDefault(engine, Set.of());
    return reserved.contains(plain) || (isSql(engine) && abbreviates(plain, reserved));
  }

  private static boolean isSql(DatabaseEngine engine) {
    return engine == DatabaseEngine.MARIADB || engine == DatabaseEngine.MYSQL;
  }

  private static boolean isDisguised(String name) {
    return SQL_PREFIX.matcher(name).matches() && !SQL_HARMLESS.contains(plain(name));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** MariaDB and MySQL take the beginning of a name for the name. */
  private static boolean abbreviates(String plain, Set<String> reserved) {
    return reserved.stream().anyMatch(name -> name.startsWith(plain));
  }
}
