package dev.slipway.backup.verify;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.Tail;
import dev.slipway.backup.dump.Tools;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.database.ServerRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that lives for one proof: one container without a volume, within a memory limit, with a
 * password that nobody else knows. Closing it leaves nothing.
 */
public final class ScratchServer implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int CHUNK = 128 << 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Program program;
  private final ServerRecipe recipe;
  private final DatabaseServer address;
  private final Site site;
  private final String name;
  private final Tail log = new Tail();
  private final Thread listener;

  /**
   * What server is wanted.
   *
   * @param like its engine, version, image and database
   * @param settings by name
   * @param networks it joins, by name; empty: it is reached from inside its container only
   * @param memoryBytes its limit
   * @param patience for its start, loading included
   */
  public record Order(
      DatabaseServer like,
      Map<String, String> settings,
      List<String> networks,
      long memoryBytes,
      Duration patience) {}

  private ScratchServer(
      Program program, ServerRecipe recipe, DatabaseServer address, Site site, String name) {
    this.program = program;
    this.recipe = recipe;
    this.address = address;
    this.site = site;
    this.name = name;
    this.listener =
        Thread.ofVirtual().name("scratch-log").start(() -> log.readAll(program.stdout()));
  }

  /**
   * Starts an empty one and waits until it lets its user in.
   *
   * @throws Problem {@code scratch_failed}, {@code scratch_out_of_memory}, and of the engine
   */
  public static ScratchServer empty(Site site, Order order) {
    var server = begin(site, order, false);
    return server.ready(order.patience());
  }

  /**
   * Starts one that loads this snapshot.
   *
   * @throws IOException when the content cannot be read
   */
  public static ScratchServer holding(Site site, Order order, InputStream content)
      throws IOException {
    var server = begin(site, order, true);
    try {
      server.send(content);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return server.ready(order.patience());
  }

  private static ScratchServer begin(Site site, Order order, boolean holding) {
    DatabaseServer like = order.like();
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    var password = new Secret(HexFormat.of().formatHex(random));
    // who is only somebody at the source may be anybody here, as long as he may do everything
    String user = like.engine().namesDatabases() ? like.user() : "default";
    var access = new ServerAccess(user, password, like.database());
    var recipe = ServerRecipe.of(like.engine(), like.version(), access, order.settings());
    String name = site.name("scratch");
    var spec =
        ProgramSpec.of(name, like.image(), site.labels())
            .env(recipe.env())
            .networks(order.networks())
            .memoryBytes(order.memoryBytes())
            .pidsLimit(ServerRecipe.PROCESSES)
            .dropCapabilities(List.of("ALL"))
            .keepCapabilities(ServerRecipe.CAPABILITIES)
            .confinement(new Confinement(true, false, recipe.scratch()));
    var program =
        site.engine()
            .run(
                holding
                    ? spec.command(loading(recipe)).stdin().build()
                    : spec.args(recipe.args()).build());
    var address =
        new DatabaseServer(
                like.engine(),
                like.version(),
                like.image(),
                List.of(),
                name,
                recipe.port(),
                user,
                password,
                like.database(),
                false,
                true)
            .inside();
    return new ScratchServer(program, recipe, address, site, name);
  }

  /** Its input becomes the snapshot it starts with; a shell starts these servers anyway. */
  private static List<String> loading(ServerRecipe recipe) {
    String script = recipe.args().getLast();
    return List.of("sh", "-c", "cat > " + recipe.dataDirectory() + "/dump.rdb && " + script);
  }

  private void send(InputStream content) throws IOException {
    byte[] chunk = new byte[CHUNK];
    boolean taken = true;
    for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
      taken = taken && take(chunk, read);
    }
    if (!taken) { // only now, because content that is damaged says so at its end
      throw failed("It ended while it was given its data.");
    }
    program.stdin().close();
  }

  private boolean take(byte[] chunk, int length) throws InterruptedIOException {
    try {
      program.stdin().write(chunk, 0, length);
      return true;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException ended) {
      return false;
    }
  }

  private ScratchServer ready(Duration patience) {
    try {
      long until = System.nanoTime() + patience.toNanos();
      while (!healthy()) {
        if (!listener.isAlive()) {
          throw failed("It ended while it started.");
        }
        if (System.nanoTime() > until) {
          throw failed("It did not answer within " + patience.toMinutes() + " minutes.");
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new DockerProblem.Cancelled("interrupted while a scratch server started");
        }
        LockSupport.parkNanos(this, LOOK.toNanos());
      }
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean healthy() {
    try (var check = site.engine().exec(program.id(), ExecSpec.of("sh", "-c", recipe.health()))) {
      new Tail().readAll(check.stdout());
      return check.exitCode(Duration.ofSeconds(30)) == 0;
    } catch (DockerProblem.Conflict | DockerProblem.NotFound | DockerProblem.TimedOut notYet) {
      return false;
    }
  }

  private Problem failed(String how) {
    boolean outOfMemory = program.outOfMemory();
    String said = lastWords(log.text() + "\n" + program.stderrTail());
    return new Problem(
        422,
        outOfMemory ? "scratch_out_of_memory" : "scratch_failed",
        "The scratch server failed",
        "A scratch server of " + address.image() + " could not be used. " + how + " " + said,
        outOfMemory
            ? "Allow scratch servers more memory with SLIPWAY_BACKUP_SCRATCH_MEMORY."
            : "See whether the image is of the database's version, then verify the backup again.",
        List.of(),
        null);
  }

  private static String lastWords(String text) {
    String[] lines = text.strip().split("\\R");
    int from = Math.max(0, lines.length - 4);
    String words = String.join(" / ", List.of(lines).subList(from, lines.length)).strip();
    return words.length() <= 600 ? words : words.substring(words.length() - 600);
  }

  /** As programs inside its container see it. */
  public DatabaseServer address() {
    return address;
  }

  /** Its name on the networks it joined. */
  public String name() {
    return name;
  }

  public Tools inside() {
    return site.inside(program);
  }

  @Override
  public void close() {
    program.close();
  }
}
