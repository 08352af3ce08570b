package dev.slipway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Signs in: what follows is done in that person's name. */
@Command(
    name = "login",
    description = "Signs in; the commands that follow are that person's, until --out.",
    mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(names = "--email", paramLabel = "EMAIL")
  @Nullable String email;

  @Option(names = "--code", paramLabel = "CODE", description = "Of the second factor.")
  @Nullable String code;

  @Option(names = "--out", description = "Signs out.")
  boolean out;

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    SignedIn place = SignedIn.in(session.environment());
    if (out) {
      session.api().delete("/api/session");
      place.forget();
      session.print("Signed out.");
      return 0;
    }
    String who = email;
    if (who == null) {
      throw CliFailure.refused("Say who signs in: --email EMAIL.");
    }
    String password = PasswordSource.read(session.environment(), "Password of " + who);
    String cookie = session.api().signIn(Api.object().put("email", who).put("password", password));
    place.keep(session.api().url(), cookie);
    session.print("Signed in as " + who + ".");
    return 0;
  }
}
