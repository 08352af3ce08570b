package dev.slipway.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The first owner. */
@Command(
    name = "setup",
    description = "Makes the first owner, once, with the operator's key.",
    mixinStandardHelpOptions = true)
final class SetupCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(names = "--email", required = true, paramLabel = "EMAIL")
  String email = "";

  @Option(names = "--name", paramLabel = "NAME", description = "The address when left out.")
  String name = "";

  @Override
  public Integer call() {
    Session session = Session.ofOperator(java.util.Objects.requireNonNull(spec));
    String password = PasswordSource.read(session.environment(), "Password of " + email);
    session
        .api()
        .post(
            "/api/setup",
            Api.object()
                .put("email", email)
                .put("name", name.isEmpty() ? email : name)
                .put("password", password));
    session.print(email + " owns this installation now, and may sign in.");
    return 0;
  }
}
