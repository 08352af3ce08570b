package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.platform.database.ServerImage;
import dev.slipway.runtime.insight.Client.Question;
import dev.slipway.runtime.service.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a client, gives it what it reads and takes what it prints, both bounded and within a time.
 * Blocks: for virtual threads.
 */
final class Asker {
  private static final Logger LOG = LoggerFactory.getLogger(Asker.class);

  /** A client may take this long; whoever asks waits a little longer. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final Executor LATE =
      CompletableFuture.delayedExecutor(
          LIMIT.toSeconds(), TimeUnit.SECONDS, Thread::startVirtualThread);

  private static final int MOST_OUTPUT = 512 * 1024;
  private static final long MEMORY = 512L << 20;

  private final DockerEngine engine;
  private final String installation;
  private final ServerImage images;

  Asker(DockerEngine engine, String installation, ServerImage images) {
    this.engine = engine;
    this.installation = installation;
    this.images = images;
  }

  /**
   * What a client said.
   *
   * @param errors the end of what it complained about
   */
  record Said(int exitCode, String output, String errors) {
    boolean well() {
      return exitCode == 0;
    }

    /** Everything it said, to look for reasons in. */
    String all() {
      return errors + "\n" + output;
    }
  }

  /** The client in a container of a server of ours asks the server there. */
  Said inside(String container, Client client, Login login, Question question) {
    ExecSpec spec =
        new ExecSpec(client.command(login, question), Map.of(), null, true)
            .withEnv(client.env(login));
    return said(engine.exec(container, spec), client.input(question));
  }

  /**
   * The client in a container of its own asks a server that is anywhere.
   *
   * @throws Refused when this engine has no image with that client
   */
  Said apart(Client client, Login login, Question question, String version) {
    String image =
        images.of(login.server().engine(), version, null, name -> engine.image(name).isPresent());
    if (engine.image(image).isEmpty()) {
      throw new Refused(Refusals.noClient(image));
    }
    return apart(
        image,
        "bridge",
        client.command(login, question),
        client.env(login),
        client.input(question));
  }

  /** A program of an image in a container of its own on a network. */
  Said apart(
      String image, String network, List<String> command, Map<String, String> env, String input) {
    String name = "sw" + installation + "-ask-" + UUID.randomUUID().toString().substring(0, 13);
    ProgramSpec spec =
        ProgramSpec.of(
                name, image, Map.of(Labels.INSTALLATION, installation, Labels.DATABASE_CLIENT, "1"))
            .command(command)
            .env(env)
            .networks(List.of(network))
            .memoryBytes(MEMORY)
            .dropCapabilities(List.of("ALL"))
            .stdin()
            .build();
    return said(engine.run(spec), input);
  }

  private Said said(Program started, String input) {
    try (Program program = started) {
      CompletableFuture<Void> late = CompletableFuture.runAsync(program::close, LATE);
      try {
        feed(program, input);
        String output = read(program.stdout());
        return new Said(program.exitCode(Duration.ofSeconds(2)), output, program.stderrTail());
      } catch (DockerProblem.Cancelled | DockerProblem.TimedOut e) {
        throw new Refused(Refusals.late());
      } catch (IOException e) {
        throw Problem.unavailable("The client of the database broke off.", e);
      } finally {
        late.cancel(false);
      }
    }
  }

  private static void feed(Program program, String input) {
    try (OutputStream stdin = program.stdin()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A client that is refused ends without reading; its output tells why.
      LOG.debug("A database's client did not read to the end: {}", e.getMessage());
    }
  }

  private static String read(InputStream output) throws IOException {
    byte[] read = output.readNBytes(MOST_OUTPUT);
    if (output.read() >= 0) {
      throw Problem.unavailable("The database's client tells too much.", null);
    }
    return new String(read, StandardCharsets.UTF_8);
  }

  /** A server was not asked, for a reason that a person can act on. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Refused(Refusal refusal) {
      super(refusal.code());
      this.refusal = refusal;
    }

    Refusal refusal() {
      return refusal;
    }
  }
}
