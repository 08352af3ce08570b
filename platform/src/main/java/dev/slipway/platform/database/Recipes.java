package dev.slipway.platform.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The recipes, engine by engine; settings in the order of their names, so that equal is equal. */
final class Recipes {
  private static final String ROOT = "root";

  /**
   * Under the address that other hosts use, not the loopback: there some images let everybody in,
   * and while they prepare the data they serve only there.
   */
  private static final String OWN_ADDRESS =
      "h=$(hostname -i 2>/dev/null | cut -d' ' -f1); h=${h:-127.0.0.1}; ";

  private Recipes() {}

  static ServerRecipe postgres(int major, ServerAccess access, Map<String, String> settings) {
    Map<String, String> env =
        Map.of(
            "POSTGRES_USER", access.user(),
            "POSTGRES_PASSWORD", access.password().reveal(),
            "POSTGRES_DB", access.database(),
            "POSTGRES_INITDB_ARGS", "--data-checksums",
            "PGDATA", "/var/lib/postgresql/data/cluster");
    List<String> args = new ArrayList<>(List.of("postgres"));
    new TreeMap<>(settings)
        .forEach((name, value) -> {
          args.add("-c");
          args.add(name + "=" + value);
        });
    return new ServerRecipe(
        env,
        args,
        // since 18 the official image declares the folder above, and refuses a volume below it
        major >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data",
        List.of(),
        OWN_ADDRESS
            + "pg_isready -q -h \"$h\" -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" && "
            + "test 1 = \"$(PGCONNECT_TIMEOUT=5 PGPASSWORD=\"$POSTGRES_PASSWORD\" "
            + "psql -X -w -h \"$h\" -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -qtAc 'select 1')\"",
        10,
        5432,
        120);
  }

  static ServerRecipe mariadb(ServerAccess access, Map<String, String> settings) {
    return new ServerRecipe(
        sqlAccess("MARIADB", access),
        options("mariadbd", settings),
        "/var/lib/mysql",
        List.of(),
        sqlHealth("mariadb", "MARIADB", access),
        10,
        3306,
        120);
  }

  static ServerRecipe mysql(ServerAccess access, Map<String, String> settings) {
    List<String> args = options("mysqld", settings);
    // its log of changes feeds replicas, of which there are none: it would fill the volume for a
    // month, and keep every user but root from making triggers; a setting named log-bin brings it
    args.add(1, "--disable-log-bin");
    return new ServerRecipe(
        sqlAccess("MYSQL", access),
        args,
        "/var/lib/mysql",
        List.of(),
        sqlHealth("mysql", "MYSQL", access),
        10,
        3306,
        120);
  }

  /** The images refuse root as the name of the second user; the server is its owner's alone. */
  private static Map<String, String> sqlAccess(String brand, ServerAccess access) {
    Map<String, String> env = new HashMap<>();
    env.put(brand + "_ROOT_PASSWORD", access.password().reveal());
    env.put(brand + "_DATABASE", access.database());
    if (!access.user().equals(ROOT)) {
      env.put(brand + "_USER", access.user());
      env.put(brand + "_PASSWORD", access.password().reveal());
    }
    return env;
  }

  /** While these images prepare the data they listen on a socket only, so TCP tells the truth. */
  private static String sqlHealth(String tool, String brand, ServerAccess access) {
    String user = access.user().equals(ROOT) ? ROOT : "\"$" + brand + "_USER\"";
    boolean mysql = tool.equals("mysql");
    // whichever of the server's settings says whether there is TLS: these clients ask for more than
    // a server without it, or with a certificate of its own making, can give
    String trust = mysql ? " --get-server-public-key" : " --skip-ssl-verify-server-cert";
    String server = " -h 127.0.0.1 -u " + user + " --connect-timeout=5" + trust + " ";
    String admin = mysql ? "mysqladmin" : tool + "-admin";
    return "export MYSQL_PWD=\"$"
        + brand
        + "_ROOT_PASSWORD\"; "
        + admin
        + server
        + "ping >/dev/null && test 1 = \"$("
        + tool
        + server
        + "-N -B -e 'select 1' \"$"
        + brand
        + "_DATABASE\")\"";
  }

  private static List<String> options(String program, Map<String, String> settings) {
    List<String> args = new ArrayList<>(List.of(program));
    new TreeMap<>(settings).forEach((name, value) -> args.add("--" + name + "=" + value));
    return args;
  }

  static ServerRecipe mongo(ServerAccess access, Map<String, String> settings) {
    return new ServerRecipe(
        Map.of(
            "MONGO_INITDB_ROOT_USERNAME", access.user(),
            "MONGO_INITDB_ROOT_PASSWORD", access.password().reveal(),
            "MONGO_INITDB_DATABASE", access.database()),
        options("mongod", settings),
        "/data/db",
        List.of("/data/configdb"),
        "mongosh --quiet --nodb --eval 'const e = encodeURIComponent, v = process.env;"
            + " const c = new Mongo(\"mongodb://\" + e(v.MONGO_INITDB_ROOT_USERNAME) + \":\""
            + " + e(v.MONGO_INITDB_ROOT_PASSWORD) + \"@\" + require(\"os\").hostname()"
            + " + \":27017/?authSource=admin\");"
            + " quit(c.getDB(\"admin\").runCommand({ping: 1}).ok === 1 ? 0 : 1)'",
        30, // its shell takes a second of a processor
        27017,
        120);
  }

  /**
   * The server reads its configuration from its input, which the environment feeds: it knows no
   * other way to take a password that is neither an argument nor a file. The shell is gone by then,
   * so that the server hears the signal to stop.
   */
  static ServerRecipe redis(String brand, ServerAccess access, Map<String, String> settings) {
    boolean everybody = access.user().equals("default");
    String config = redisConfig(access, everybody, settings);
    String who = everybody ? "" : " --user \"$SERVER_USER\"";
    return new ServerRecipe(
        Map.of(
            "SERVER_CONFIG", config,
            "SERVER_USER", access.user(),
            "REDISCLI_AUTH", access.password().reveal()),
        List.of(
            "sh",
            "-c",
            "exec docker-entrypoint.sh " + brand + "-server - <<END\n$SERVER_CONFIG\nEND\n"),
        "/data",
        List.of(),
        "test PONG = \"$(" + brand + "-cli" + who + " ping)\"",
        10,
        6379,
        120);
  }

  private static String redisConfig(
      ServerAccess access, boolean everybody, Map<String, String> settings) {
    StringBuilder config = new StringBuilder("dir /data\nprotected-mode no\nappendonly yes\n");
    new TreeMap<>(settings)
        .forEach((name, value) -> config.append(name).append(' ').append(value).append('\n'));
    if (everybody) {
      config.append("requirepass ").append(quoted(access.password().reveal())).append('\n');
    } else {
      config
          .append("user default off\nuser ")
          .append(access.user())
          .append(" on ~* &* +@all ")
          .append(quoted(">" + access.password().reveal()))
          .append('\n');
    }
    return config.toString();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
