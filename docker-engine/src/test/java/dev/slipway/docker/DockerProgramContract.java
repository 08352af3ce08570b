package dev.slipway.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every engine promises about programs and their standard streams. */
abstract class DockerProgramContract extends DockerBuildContract {
  private static final int MUCH = 50_000_000;

  /** Ways to run the same program. */
  enum Place {
    /** In a container of its own. */
    OWN,
    /** Inside a container that runs already. */
    INSIDE
  }

  /** An image with a shell and the tools of {@link ToolPrograms}. */
  protected abstract String toolImage();

  protected ProgramSpec.Builder program(String name, String... command) {
    return ProgramSpec.of("kit-" + run + "-" + name, toolImage(), ours).command(List.of(command));
  }

  private Program started(Place place, boolean stdin, String... command) {
    if (place == Place.INSIDE) {
      var spec = ExecSpec.of(command).withEnv(Map.of("GREETING", "ahoy"));
      return engine.exec(host(), stdin ? spec.withStdin() : spec);
    }
    var spec = program("program", command).env(Map.of("GREETING", "ahoy"));
    return engine.run(stdin ? spec.stdin().build() : spec.build());
  }

  private String host() {
    return engine.containers(ours).stream()
        .filter(container -> container.name().endsWith("-host"))
        .findFirst()
        .map(ContainerSummary::id)
        .orElseGet(() -> engine.run(program("host", "sleep", "600").build()).id());
  }

  private static String read(Program program) throws IOException {
    return new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void whatGoesInComesOutByteForByte(Place place) throws Exception {
    var sent = MessageDigest.getInstance("SHA-256");
    var received = MessageDigest.getInstance("SHA-256");
    try (var program = started(place, true, "cat")) {
      var writer =
          CompletableFuture.runAsync(() -> write(program, sent), Thread::startVirtualThread);
      var in = new DigestInputStream(program.stdout(), received);
      assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(MUCH);
      writer.get();
      assertThat(program.exitCode(SOON)).isZero();
      assertThat(hex(received)).isEqualTo(hex(sent));
    }
  }

  private static void write(Program program, MessageDigest digest) {
    var random = new Random(7);
    try (var out = new DigestOutputStream(program.stdin(), digest)) {
      for (var left = MUCH; left > 0; ) {
        var piece = new byte[Math.min(left, 1 + random.nextInt(100_000))];
        random.nextBytes(piece);
        out.write(piece);
        left -= piece.length;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @EnumSource
  void outputErrorsAndExitCodeAreToldApart(Place place) throws Exception {
    try (var program = started(place, false, "sh", "-c", ToolPrograms.SPEAK)) {
      assertThat(read(program)).isEqualTo("ahoy\n");
      assertThat(program.stderrTail()).isEqualTo("trouble\n");
      assertThat(program.exitCode(SOON)).isEqualTo(7);
      assertThat(program.outOfMemory()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfItsInputReachesAProgramThatStillAnswers(Place place) throws Exception {
    try (var program = started(place, true, "wc", "-c")) {
      program.stdin().write(new byte[12_345]);
      program.stdin().close();
      assertThat(read(program).strip()).isEqualTo("12345");
      assertThat(program.exitCode(SOON)).isZero();
      assertThatThrownBy(() -> program.stdin().write(1)).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProgramWithoutInputReadsItsEndAtOnce(Place place) throws Exception {
    try (var program = started(place, false, "wc", "-c")) {
      assertThatThrownBy(program::stdin).isInstanceOf(IllegalStateException.class);
      assertThat(read(program).strip()).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoDoesNotReadStopsTheProgramAndLosesNothing(Place place) throws Exception {
    try (var program = started(place, false, "head", "-c", "67108864", "/dev/zero")) {
      assertThatThrownBy(() -> program.exitCode(Duration.ofMillis(300)))
          .isInstanceOf(DockerProblem.TimedOut.class);
      await().atMost(SOON).until(() -> program.stdout().available() > 0);
      assertThat(program.stdout().available()).isLessThanOrEqualTo(1 << 20);
      assertThat(program.stdout().readAllBytes()).hasSize(67_108_864);
      assertThat(program.exitCode(SOON)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofEndlessErrorsTheLastRemain(Place place) throws Exception {
    try (var program = started(place, false, "sh", "-c", ToolPrograms.COMPLAIN)) {
      assertThat(read(program)).isEmpty();
      var tail = program.stderrTail();
      assertThat(tail.length()).isEqualTo(16 * 1024);
      assertThat(tail).endsWith("complaint 20000\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClosedProgramIsOverForWhoeverWaits(Place place) throws Exception {
    var program = started(place, true, "cat");
    var problem = new AtomicReference<Throwable>();
    var reader = Thread.startVirtualThread(() -> problem.set(problemOf(program.stdout())));
    await().atMost(SOON).until(() -> reader.getState() == Thread.State.WAITING);
    program.close();
    program.close();
    assertThat(reader.join(SOON)).isTrue();
    assertThat(problem.get()).isInstanceOf(DockerProblem.Cancelled.class);
    assertThatThrownBy(() -> program.exitCode(SOON)).isInstanceOf(DockerProblem.Cancelled.class);
    assertThatThrownBy(() -> program.stdin().write(1)).isInstanceOf(DockerProblem.Cancelled.class);
  }

  private static Throwable problemOf(InputStream stream) {
    try {
      return new AssertionError("it read " + stream.readAllBytes().length + " bytes");
    } catch (IOException | DockerProblem e) {
      return e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedReaderStopsAndTheProgramGoesOn(Place place) throws Exception {
    try (var program = started(place, true, "cat")) {
      var problem = new AtomicReference<Throwable>();
      var reader = Thread.startVirtualThread(() -> problem.set(problemOf(program.stdout())));
      await().atMost(SOON).until(() -> reader.getState() == Thread.State.WAITING);
      reader.interrupt();
      assertThat(reader.join(SOON)).isTrue();
      assertThat(problem.get()).isInstanceOf(DockerProblem.Cancelled.class);
      program.stdin().write("still here".getBytes(StandardCharsets.UTF_8));
      program.stdin().close();
      assertThat(read(program)).isEqualTo("still here");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptedWriterStops(Place place) throws Exception {
    try (var program = started(place, true, "sleep", "600")) {
      var problem = new AtomicReference<Throwable>();
      var writer = Thread.startVirtualThread(() -> problem.set(problemOf(program)));
      await().atMost(SOON).until(() -> writer.getState() == Thread.State.WAITING);
      writer.interrupt();
      assertThat(writer.join(SOON)).isTrue();
      assertThat(problem.get()).isInstanceOf(DockerProblem.Cancelled.class);
    }
  }

  private static Throwable problemOf(Program program) {
    try {
      while (true) {
        program.stdin().write(new byte[64 * 1024]);
      }
    } catch (IOException | DockerProblem e) {
      return e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoWritesToAProgramThatHasEndedIsToldSo(Place place) {
    try (var program = started(place, true, "true")) {
      assertThat(program.exitCode(SOON)).isZero();
      assertThat(problemOf(program)).isInstanceOf(IOException.class);
    }
  }

  // ---- containers of their own

  @Test
  void theContainerOfAProgramIsListedWhileItRunsAndGoneWithIt() {
    var spec = program("program", "cat").stdin().build();
    try (var program = engine.run(spec)) {
      assertThat(engine.containers(ours))
          .singleElement()
          .satisfies(listed -> {
            assertThat(listed.id()).isEqualTo(program.id());
            assertThat(listed.name()).isEqualTo(spec.name());
            assertThat(listed.labels()).containsAllEntriesOf(ours);
          });
      assertThat(engine.container(program.id()).orElseThrow().running()).isTrue();
    }
    assertThat(engine.containers(ours)).isEmpty();
    try (var program = engine.run(program("program", "true").build())) {
      assertThat(program.exitCode(SOON)).isZero();
      assertThat(engine.containers(ours)).isEmpty();
    }
  }

  @Test
  void aTakenNameIsAConflictAndHarmsNobody() throws Exception {
    var spec = program("program", "cat").stdin().build();
    try (var program = engine.run(spec)) {
      assertThatThrownBy(() -> engine.run(spec)).isInstanceOf(DockerProblem.Conflict.class);
      program.stdin().write('x');
      program.stdin().close();
      assertThat(read(program)).isEqualTo("x");
    }
  }

  @Test
  void aProgramThatIsSweptAwayHasEnded() throws Exception {
    try (var program = engine.run(program("program", "sleep", "600").build())) {
      engine.containers(ours).forEach(found -> engine.removeContainer(found.id()));
      assertThat(read(program)).isEmpty();
      assertThat(program.exitCode(SOON)).isEqualTo(137);
    }
  }

  @Test
  void whatCannotBeStartedLeavesNothing() {
    var nowhere = program("program", "true").networks(List.of("kit-nowhere")).build();
    assertThatThrownBy(() -> engine.run(nowhere)).isInstanceOf(DockerProblem.NotFound.class);
    var imageless = ProgramSpec.of("kit-" + run + "-x", "slipway-kit/nowhere:1", ours).build();
    assertThatThrownBy(() -> engine.run(imageless)).isInstanceOf(DockerProblem.ImageMissing.class);
    assertThat(engine.containers(ours)).isEmpty();
  }

  @Test
  void aProgramThatEatsItsMemoryIsRecognised() throws Exception {
    var spec = program("program", "tail", "-c", "200000000", "/dev/zero").memoryBytes(32 << 20);
    try (var program = engine.run(spec.build())) {
      assertThat(read(program)).isEmpty();
      assertThat(program.exitCode(SOON)).isEqualTo(137);
      assertThat(program.outOfMemory()).isTrue();
    }
  }

  @Test
  void programsJoinANetworkAndMountVolumes() throws Exception {
    var volume = new ServiceSpec.VolumeMount("kit-" + run, "/data", false, ours);
    var spec =
        program("program", "cat")
            .stdin()
            .networks(List.of(network))
            .mounts(List.of(volume))
            .build();
    try (var program = engine.run(spec)) {
      var container = engine.container(program.id()).orElseThrow();
      assertThat(container.networks()).containsOnlyKeys(network);
      assertThat(engine.volumes(ours)).extracting(VolumeInfo::name).contains("kit-" + run);
      assertThatThrownBy(() -> engine.removeVolume("kit-" + run))
          .isInstanceOf(DockerProblem.Conflict.class);
      program.stdin().close();
      assertThat(program.exitCode(SOON)).isZero();
    }
  }

  // ---- inside others

  @Test
  void aContainerOutlivesTheProgramsInsideAndEndsThem() throws Exception {
    var host = host();
    engine.exec(host, ExecSpec.of("cat").withStdin()).close();
    assertThat(engine.container(host).orElseThrow().running()).isTrue();
    try (var program = engine.exec(host, ExecSpec.of("cat").withStdin())) {
      program.stdin().write('x');
      assertThat(program.stdout().read()).isEqualTo('x');
      engine.removeContainer(host);
      await().atMost(SOON).until(() -> over(program));
    }
    assertThatThrownBy(() -> engine.exec(host, ExecSpec.of("true")))
        .isInstanceOf(DockerProblem.NotFound.class);
  }

  private static boolean over(Program program) {
    try {
      return program.exitCode(Duration.ofMillis(10)) == 137;
    } catch (DockerProblem.TimedOut e) {
      return false;
    } catch (DockerProblem.EngineDown forgotten) {
      return true; // an engine may forget what ran inside with the container
    }
  }
}
