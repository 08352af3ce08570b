package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.docker.memory.MemoryProgram;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.store.DatabaseWorkStore.Order;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The password of the row is the one that the server takes, whatever happens on the way. */
class PasswordDatabaseTest implements SagaPromises {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Pattern CHANGE = Pattern.compile("password '((?:[^']|'')+)'");

  /** What the servers take, by their host names. */
  private static final Map<String, String> TAKEN = new ConcurrentHashMap<>();

  private static DatabaseStand stand;

  @BeforeAll
  static void stand() {
    stand = new DatabaseStand(POSTGRES.database());
    MemoryProgram client =
        (command, env, in, out, err) -> {
          String host = String.valueOf(env.get("PGHOST"));
          String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          String taken = TAKEN.getOrDefault(host, DatabaseStand.PASSWORD);
          if (!taken.equals(env.get("PGPASSWORD"))) {
            return 2;
          }
          if (!String.valueOf(env.get("PGOPTIONS")).contains("log_statement=none")) {
            return 3;
          }
          Matcher change = CHANGE.matcher(said);
          if (change.find()) {
            TAKEN.put(host, change.group(1).replace("''", "'"));
          }
          return 0;
        };
    stand.engine.program("slipway-base/postgres:15", client);
  }

  @AfterAll
  static void leave() {
    stand.close();
  }

  @Override
  public Database database() {
    return POSTGRES.database();
  }

  @Override
  public World freshWorld() {
    ProjectDatabase database = stand.running();
    String host = database.name() + "-g1";
    String work = stand.ask(database.id(), DatabaseWork.PASSWORD, Order.PLAIN);
    DatabaseWorld world =
        new DatabaseWorld(
            stand,
            DatabaseWork.PASSWORD,
            database.id(),
            work,
            done -> {
              done.runsAlone(1, 1);
              done.formIsAnother();
              assertThat(password(database.id()))
                  .isEqualTo(TAKEN.get(host))
                  .isNotEqualTo(DatabaseStand.PASSWORD);
            });
    return new World() {
      @Override
      public Saga saga() {
        return world.saga();
      }

      @Override
      public String sagaId() {
        return world.sagaId();
      }

      @Override
      public void mustBeDone() {
        world.mustBeDone();
      }

      @Override
      public void mustBeUndone() {
        world.mustBeUndone();
        assertThat(password(database.id())).isEqualTo(DatabaseStand.PASSWORD);
        assertThat(TAKEN.getOrDefault(host, DatabaseStand.PASSWORD))
            .isEqualTo(DatabaseStand.PASSWORD);
      }
    };
  }

  private static String password(DatabaseId id) {
    return stand.stores.rows().access(id).await().password().reveal();
  }
}
