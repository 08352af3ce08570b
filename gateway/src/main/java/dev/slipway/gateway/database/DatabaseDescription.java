package dev.slipway.gateway.database;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.NewPassword;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.database.ServerSettings;
import dev.slipway.store.DatabaseStore.External;
import dev.slipway.store.DatabaseStore.Wanted;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What somebody says about a database, judged as a whole; it fits the contract already. */
final class DatabaseDescription {
  /** Names that servers keep for themselves. */
  private static final Map<DatabaseEngine, Set<String>> OWN_USERS =
      Map.of(
          DatabaseEngine.MARIADB, Set.of("root", "mysql", "mariadb"),
          DatabaseEngine.MYSQL, Set.of("root", "mysql"),
          DatabaseEngine.POSTGRESQL, Set.of("public", "none"));

  private static final Set<String> SQL_SCHEMAS =
      Set.of("mysql", "information_schema", "performance_schema", "sys");
  private static final Map<DatabaseEngine, Set<String>> OWN_DATABASES =
      Map.of(
          DatabaseEngine.MARIADB,
          SQL_SCHEMAS,
          DatabaseEngine.MYSQL,
          SQL_SCHEMAS,
          DatabaseEngine.MONGODB,
          Set.of("admin", "local", "config"),
          DatabaseEngine.POSTGRESQL,
          Set.of("template0", "template1"));

  /** What goes with a URL; everything else is the business of whoever runs that server. */
  private static final Set<String> WITH_URL =
      Set.of("name", "projectId", "engine", "version", "url");

  private final JsonObject sent;
  private final List<FieldError> errors = new ArrayList<>();

  private DatabaseDescription(JsonObject sent) {
    this.sent = sent;
  }

  static DatabaseEngine engine(JsonObject sent) {
    return DatabaseEngine.valueOf(sent.getString("engine").toUpperCase(Locale.ROOT));
  }

  /** A server of ours; its password is made here. */
  static Wanted managed(JsonObject sent, ProjectId project) {
    return new DatabaseDescription(sent).managed(project);
  }

  private Wanted managed(ProjectId project) {
    DatabaseEngine engine = engine(sent);
    String name = sent.getString("name");
    DatabaseConfig config = merged(engine, DatabaseConfig.PLAIN);
    String user = user(engine);
    String database = database(engine, name);
    String version = version(engine, config.image());
    refuse();
    return new Wanted(
        name,
        project,
        engine,
        version,
        config,
        new ServerAccess(user, NewPassword.random(), database));
  }

  /**
   * Somebody else's server.
   *
   * @param known the version that the server told; null: it was not asked
   */
  static Wanted foreign(JsonObject sent, ProjectId project, Server server, @Nullable String known) {
    DatabaseDescription description = new DatabaseDescription(sent);
    for (String field : sent.fieldNames()) {
      if (!WITH_URL.contains(field) && sent.getValue(field) != null) {
        description.wrong(field, "does not go with url: somebody else runs that server");
      }
    }
    description.refuse();
    String version = sent.getString("version");
    return new Wanted(
        sent.getString("name"),
        project,
        server.engine(),
        version != null ? version : ServerVersion.of(server.engine(), known),
        DatabaseConfig.PLAIN,
        access(server));
  }

  /** Who enters somebody else's server. */
  static ServerAccess access(Server server) {
    return new ServerAccess(server.user(), new Secret(server.password()), server.database());
  }

  /** Where it is. */
  static External place(Server server) {
    return new External(server.host(), server.port(), server.tls());
  }

  /** A change of how a server of ours runs. */
  static DatabaseConfig over(DatabaseEngine engine, DatabaseConfig known, JsonObject sent) {
    DatabaseDescription description = new DatabaseDescription(sent);
    if (sent.containsKey("url")) {
      description.wrong("url", "is what somebody else's database has; this one is ours");
    }
    DatabaseConfig merged = description.merged(engine, known);
    description.refuse();
    return merged;
  }

  /** Whether that version is one that its engine may be upgraded to. */
  static void requireNewer(DatabaseEngine engine, DatabaseConfig config, String from, String to) {
    if (config.image() != null) {
      throw Problem.conflict(
          "custom_image",
          "It runs a custom image, which says its version.",
          "Take the image away first (PATCH {\"image\": null}), or make a new database from a"
              + " backup of this one.");
    }
    if (!engine.versions().contains(to)) {
      throw Problem.invalid("version", unknownVersion(engine));
    }
    if (engine.versions().indexOf(to) <= engine.versions().indexOf(from)) {
      throw Problem.invalid("version", "must be newer than " + from + ", which it has");
    }
  }

  private DatabaseConfig merged(DatabaseEngine engine, DatabaseConfig known) {
    return new DatabaseConfig(
        sent.containsKey("image") ? sent.getString("image") : known.image(),
        resources(known.resources()),
        settings(engine, known.settings()),
        sent.containsKey("externalPort") ? sent.getInteger("externalPort") : known.externalPort());
  }

  private Resources resources(Resources known) {
    if (!sent.containsKey("resources")) {
      return known;
    }
    JsonObject wanted = sent.getJsonObject("resources");
    if (wanted == null) {
      return Resources.UNLIMITED;
    }
    return new Resources(
        wanted.containsKey("memoryMb") ? wanted.getInteger("memoryMb") : known.memoryMb(),
        wanted.containsKey("cpus") ? wanted.getDouble("cpus") : known.cpus());
  }

  private Map<String, String> settings(DatabaseEngine engine, Map<String, String> known) {
    if (!sent.containsKey("settings")) {
      return known;
    }
    JsonObject wanted = sent.getJsonObject("settings");
    Map<String, String> merged = new TreeMap<>(wanted == null ? Map.of() : known);
    if (wanted != null) {
      wanted.forEach(setting -> {
        if (setting.getValue() == null) {
          merged.remove(setting.getKey());
        } else {
          merged.put(setting.getKey(), (String) setting.getValue());
        }
      });
    }
    ServerSettings.Mistake mistake = ServerSettings.check(engine, merged);
    if (mistake != null) {
      wrong(
          mistake.name().equals("settings") ? "settings" : "settings." + shown(mistake.name()),
          mistake.wrong() + ": " + mistake.remedy());
    }
    return merged;
  }

  private static String shown(String name) {
    return name.length() > 60 ? name.substring(0, 60) + "…" : name;
  }

  private String version(DatabaseEngine engine, @Nullable String image) {
    String version = sent.getString("version");
    if (version == null) {
      return engine.defaultVersion();
    }
    if (image == null && !engine.versions().contains(version)) {
      wrong("version", unknownVersion(engine));
    }
    return version;
  }

  private static String unknownVersion(DatabaseEngine engine) {
    return "must be one of " + String.join(", ", engine.versions()) + " for " + engine.wire();
  }

  private String user(DatabaseEngine engine) {
    String user = sent.getString("user");
    if (!engine.namesDatabases()) {
      if (user != null && !user.equals("default")) {
        wrong("user", "is always default with " + engine.wire());
      }
      return "default";
    }
    if (user != null && isOwn(OWN_USERS, engine, user)) {
      wrong("user", "is a name that " + engine.wire() + " keeps for itself");
    }
    return user == null ? "app" : user;
  }

  private String database(DatabaseEngine engine, String name) {
    String database = sent.getString("database");
    if (!engine.namesDatabases()) {
      if (database != null) {
        wrong("database", "goes with engines that name their databases, not " + engine.wire());
      }
      return "0";
    }
    if (database != null && isOwn(OWN_DATABASES, engine, database)) {
      wrong("database", "is a name that " + engine.wire() + " keeps for itself");
    }
    return database == null ? usual(engine, name) : database;
  }

  /** Its own name, in the letters that every engine takes without quotes. */
  private static String usual(DatabaseEngine engine, String name) {
    String plain = name.replace('-', '_');
    boolean odd = Character.isDigit(plain.charAt(0)) || isOwn(OWN_DATABASES, engine, plain);
    return odd ? "db_" + plain : plain;
  }

  private static boolean isOwn(
      Map<DatabaseEngine, Set<String>> own, DatabaseEngine engine, String name) {
    return own.getOrDefault(engine, Set.of()).contains(name)
        || (engine == DatabaseEngine.POSTGRESQL && name.startsWith("pg_"));
  }

  private void wrong(String field, String message) {
    errors.add(new FieldError(field, message));
  }

  private void refuse() {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
  }
}
