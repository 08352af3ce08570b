package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.runtime.insight.Asker.Refused;
import dev.slipway.runtime.insight.Asker.Said;
import dev.slipway.runtime.insight.Client.Question;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gives the users of a server of ours another password. Blocks: for virtual threads. */
public final class PasswordChange {
  /** The statement holds the password, which the server's own settings may have it write down. */
  private static final String UNLOGGED =
      "-c log_statement=none -c log_min_duration_statement=-1 -c log_min_error_statement=panic";

  private final Asker asker;

  public PasswordChange(DockerEngine engine, String installation, ServerImage images) {
    this.asker = new Asker(engine, installation, images);
  }

  /**
   * A server of ours and who may ask it.
   *
   * @param image whose client is used
   * @param network the project's
   * @param host its own name there
   */
  public record Place(
      DatabaseEngine engine,
      String image,
      String network,
      String host,
      int port,
      String user,
      String database) {}

  /**
   * Makes the second password the one that counts, whichever of the two counts now.
   *
   * @throws Problem {@code password_not_set} when the server takes neither
   */
  public void set(Place place, Secret from, Secret to) {
    Client client = Client.of(place.engine());
    Optional<String> statements = client.newPassword(place.user(), to.reveal());
    if (statements.isEmpty() || run(client, place, from, statements.get()).well()) {
      return; // without statements it is started with it
    }
    Said known = run(client, place, to, client.input(Question.VERSION));
    if (!known.well()) {
      throw refused(Refusals.of(server(place, to), known.all()));
    }
  }

  private Said run(Client client, Place place, Secret password, String input) {
    Login login = new Login(server(place, password), place.host());
    Map<String, String> env = new HashMap<>(client.env(login));
    env.remove("PGHOSTADDR"); // a name here, which the project's network knows
    if (place.engine() == DatabaseEngine.POSTGRESQL) {
      env.put("PGOPTIONS", UNLOGGED);
    }
    try {
      return asker.apart(
          place.image(), place.network(), client.command(login, Question.VERSION), env, input);
    } catch (Refused e) {
      throw refused(e.refusal());
    }
  }

  /** Of MariaDB and MySQL only the administrator may change the accounts of others. */
  private static Server server(Place place, Secret password) {
    boolean sql =
        place.engine() == DatabaseEngine.MARIADB || place.engine() == DatabaseEngine.MYSQL;
    return new Server(
        place.engine(),
        place.host(),
        place.port(),
        sql ? "root" : place.user(),
        password.reveal(),
        place.database(),
        false);
  }

  private static Problem refused(Refusal refusal) {
    return Problem.failed(
        "password_not_set",
        "The server did not take another password: " + refusal.detail(),
        "Look at its log, then try again.");
  }
}
