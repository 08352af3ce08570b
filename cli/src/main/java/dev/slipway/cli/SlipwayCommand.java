package dev.slipway.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line client; {@code ./slipway} calls it for all that it does not do itself. */
@Command(
    name = "slipway",
    description = "Talks to a Slipway platform.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "slipway 0.1.0",
    subcommands = {
      StatusCommand.class,
      ProcessesCommand.class,
      AppsCommand.class,
      DeployCommand.class,
      DeploymentsCommand.class,
      RollbackCommand.class,
      LogsCommand.class,
      EnvCommand.class,
      ReplicasCommand.class,
      ExecCommand.class,
      DatabaseCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ScheduleCommand.class,
      DestinationCommand.class,
      AlarmsCommand.class,
      ProjectsCommand.class,
      NodeCommand.class,
      KeyCommand.class,
      SetupCommand.class,
      LoginCommand.class,
      UserCommand.class,
      SessionCommand.class,
      AuditCommand.class,
      HousekeepingCommand.class,
      SecretsCommand.class,
      WebhookCommand.class,
      SourcesCommand.class,
      KnownHostsCommand.class,
      RegistriesCommand.class
    },
    footer = {
      "",
      "The key of whoever owns this host is found in the data directory"
          + " ($SLIPWAY_DATA/operator.key).",
      "Exit code: 0 done, 1 refused, 2 not understood or no platform there."
    })
public final class SlipwayCommand implements Runnable {
  private final Map<String, String> environment;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "Where the platform answers (SLIPWAY_URL; http://127.0.0.1:$SLIPWAY_API_PORT).")
  @Nullable String url;

  @Option(
      names = "--key",
      scope = ScopeType.INHERIT,
      paramLabel = "KEY",
      description = "The API key (SLIPWAY_KEY; the operator's on this host).")
  @Nullable String key;

  SlipwayCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Runs a command and ends with its exit code. */
  public static void main(String[] arguments) {
    int code =
        run(
            System.getenv(),
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    System.exit(code);
  }

  /** Runs a command; what it prints goes to {@code out}, why it cannot to {@code err}. */
  static int run(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new SlipwayCommand(environment))
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          if (failure instanceof CliFailure known) {
            err.println("slipway: " + known.line());
            err.flush();
            return known.exitCode();
          }
          throw failure;
        })
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(),
        "Say what to do; --help lists the commands.");
  }

  @Nullable String url() {
    return url;
  }

  @Nullable String key() {
    return key;
  }

  Map<String, String> environment() {
    return environment;
  }
}
