package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Databases. */
@Command(
    name = "database",
    aliases = {"db", "databases"},
    description =
        "Creates, lists, shows, starts, stops, upgrades and removes databases; tells how they are.",
    subcommands = {
      DatabaseCreate.class,
      DatabaseAddExternal.class,
      DatabaseTestConnection.class,
      DatabaseLogs.class
    },
    mixinStandardHelpOptions = true)
final class DatabaseCommand {
  static final String DATABASE = "DATABASE";
  static final String NAME_OR_ID = "Name or id, as 'database list' shows them.";

  @Spec @Nullable CommandSpec spec;

  /** Which database, and how the answer is wanted. */
  static final class Look {
    @Parameters(paramLabel = DATABASE, description = NAME_OR_ID)
    String database = "";

    @Option(names = "--json", description = "The answer as it came, for scripts.")
    boolean json;
  }

  /** What commands that change a database have in common. */
  static final class Wish {
    @Parameters(index = "0", paramLabel = DATABASE, description = NAME_OR_ID)
    String database = "";

    @Mixin DatabaseWait.Patience patience = new DatabaseWait.Patience();
  }

  @Command(description = "Lists the databases.", mixinStandardHelpOptions = true)
  int list(@Option(names = "--json", description = "For scripts.") boolean json) {
    Session session = session();
    ArrayNode found = session.api().all("/api/databases");
    if (json) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    found.forEach(database -> rows.add(DatabaseText.row(database)));
    session.table(DatabaseText.HEAD, rows);
    found.forEach(database -> DatabaseText.trouble(database).ifPresent(session::print));
    return 0;
  }

  @Command(
      description = "Shows all that is known of a database, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Mixin Look look) {
    Session session = session();
    session.print(session.database(look.database).toPrettyString());
    return 0;
  }

  @Command(description = "Lets a stopped database run again.", mixinStandardHelpOptions = true)
  int start(@Mixin Wish wish) {
    return done(wish, "start", null, "runs");
  }

  @Command(description = "Stops a database; its data stays.", mixinStandardHelpOptions = true)
  int stop(@Mixin Wish wish) {
    return done(wish, "stop", null, "is stopped");
  }

  @Command(description = "Stops and starts its server.", mixinStandardHelpOptions = true)
  int restart(@Mixin Wish wish) {
    return done(wish, "restart", null, "runs again");
  }

  @Command(
      description = "Brings it to a newer version, after a backup that was proven to restore.",
      mixinStandardHelpOptions = true)
  int upgrade(
      @Mixin Wish wish,
      @Parameters(index = "1", paramLabel = "VERSION", description = "Such as 18.")
          String version) {
    return done(wish, "upgrade", Api.object().put("version", version), "has version " + version);
  }

  @Command(
      name = "rotate-password",
      description = "Gives it another password; applications get it with their next deployment.",
      mixinStandardHelpOptions = true)
  int rotatePassword(@Mixin Wish wish) {
    return done(wish, "password", null, "has another password");
  }

  private int done(Wish wish, String verb, @Nullable ObjectNode body, String told) {
    Session session = session();
    JsonNode asked = session.api().post(path(session, wish.database) + "/" + verb, body);
    return new DatabaseWait(session).until(wish.patience, asked, told);
  }

  @Command(
      description = "Removes a database; its data is kept unless --remove-data says otherwise.",
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin Wish wish,
      @Option(names = "--remove-data", description = "Also its data: it is gone then.")
          boolean removeData,
      @Option(names = "--force", description = "Also when variables refer to it.") boolean force) {
    Session session = session();
    JsonNode asked =
        session
            .api()
            .delete(path(session, wish.database) + "?removeData=" + removeData + "&force=" + force);
    return new DatabaseWait(session).until(wish.patience, asked, "is removed");
  }

  @Command(
      description = "Tells how it is connected to; the password with --reveal, which is noted.",
      mixinStandardHelpOptions = true)
  int connection(
      @Mixin Look look,
      @Option(names = "--reveal", description = "With the password.") boolean reveal) {
    Session session = session();
    JsonNode found =
        session
            .api()
            .get(path(session, look.database) + "/connection" + (reveal ? "?reveal=true" : ""));
    if (look.json) {
      session.print(found.toPrettyString());
    } else {
      DatabaseText.connection(found).forEach(session::print);
    }
    return 0;
  }

  @Command(
      description = "Tells version, size, connections and slow queries, and what its server uses.",
      mixinStandardHelpOptions = true)
  int insights(@Mixin Look look) {
    Session session = session();
    JsonNode database = session.database(look.database);
    String path = "/api/databases/" + Api.encoded(database.path("id").asText());
    JsonNode insights = session.api().get(path + "/insights");
    if (look.json) {
      session.print(insights.toPrettyString());
      return 0;
    }
    DatabaseText.insights(insights).forEach(session::print);
    if (!database.path("external").asBoolean()) {
      session.print(DatabaseText.statistics(session.api().get(path + "/statistics")));
    }
    DatabaseText.queries(session, insights);
    return 0;
  }

  @Command(
      description = "Lists what was and is done to a database, newest first.",
      mixinStandardHelpOptions = true)
  int work(@Mixin Look look) {
    Session session = session();
    JsonNode found = session.api().get(path(session, look.database) + "/work").path("items");
    if (look.json) {
      session.print(found.toPrettyString());
    } else {
      DatabaseText.work(session, found);
    }
    return 0;
  }

  private static String path(Session session, String nameOrId) {
    return "/api/databases/" + Api.encoded(session.database(nameOrId).path("id").asText());
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
