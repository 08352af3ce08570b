package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What only real programs can show. */
@Tag("docker")
@Execution(ExecutionMode.SAME_THREAD)
class ProgramsIT {
  private static final String TOOLS = "slipway-base/busybox:latest";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String HOST =
      System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST);

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final Map<String, String> ours = Map.of("dev.slipway.kit", run);
  private JavaDockerEngine engine;

  @BeforeEach
  void open() {
    engine = JavaDockerEngine.at(HOST);
  }

  @AfterEach
  void removeEverythingOfOurs() {
    engine.containers(ours).forEach(container -> engine.removeContainer(container.id()));
    engine.networks(ours).forEach(network -> engine.removeNetwork(network.name()));
    engine.volumes(ours).forEach(volume -> engine.removeVolume(volume.name()));
    engine.close();
  }

  private ProgramSpec.Builder program(String name, String... command) {
    return ProgramSpec.of("kit-" + run + "-" + name, TOOLS, ours).command(List.of(command));
  }

  private static String read(Program program) throws IOException {
    return new String(program.stdout().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String sh(ProgramSpec.Builder spec) throws IOException {
    try (var program = engine.run(spec.build())) {
      var printed = read(program);
      assertThat(program.exitCode(SOON)).as(program.stderrTail()).isZero();
      return printed.strip();
    }
  }

  @Test
  void programsReachOthersByNameOnTheirNetworksAndNobodyWithout() throws Exception {
    var network = engine.ensureNetwork("kit-" + run, ours).name();
    var served = "mkdir /w && echo ahoy > /w/index.html && exec httpd -f -p 8080 -h /w";
    var server = program("server", "sh", "-c", served).networks(List.of(network)).build();
    try (var program = engine.run(server)) {
      var url = "http://" + server.name() + ":8080/";
      var fetch = "until wget -qO- " + url + "; do sleep 0.1; done";
      var client = program("client", "sh", "-c", fetch).networks(List.of(network));
      assertThat(sh(client)).isEqualTo("ahoy");
      assertThat(sh(program("alone", "ls", "/sys/class/net"))).isEqualTo("lo");
      assertThat(program.outOfMemory()).isFalse();
    }
  }

  @Test
  void whatAProgramWritesToAVolumeTheNextOneReads() throws Exception {
    var volume = "kit-" + run;
    var written = new ServiceSpec.VolumeMount(volume, "/data", false, ours);
    var readOnly = new ServiceSpec.VolumeMount(volume, "/data", true, ours);
    try (var program =
        engine.run(program("in", "tee", "/data/x").stdin().mounts(List.of(written)).build())) {
      program.stdin().write("kept".getBytes(StandardCharsets.UTF_8));
      program.stdin().close();
      assertThat(read(program)).isEqualTo("kept");
    }
    assertThat(sh(program("out", "cat", "/data/x").mounts(List.of(readOnly)))).isEqualTo("kept");
    var forbidden = program("no", "sh", "-c", "echo > /data/x || echo refused");
    assertThat(sh(forbidden.mounts(List.of(readOnly)))).endsWith("refused");
    assertThat(engine.volumes(ours)).hasSize(1);
  }

  @Test
  void confinementAndLimitsHold() throws Exception {
    var status =
        sh(
            program("confined", "grep", "-E", "NoNewPrivs|CapEff", "/proc/self/status")
                .user("1000")
                .dropCapabilities(List.of("ALL"))
                .cpus(0.5)
                .memoryBytes(32 << 20)
                .confinement(new ServiceSpec.Confinement(true, true, List.of("/scratch"))));
    assertThat(status).contains("NoNewPrivs:\t1").contains("CapEff:\t0000000000000000");
    var spec =
        program("readonly", "sh", "-c", "echo x > /scratch/x && ! echo x > /x && cat /scratch/x")
            .confinement(new ServiceSpec.Confinement(true, true, List.of("/scratch")));
    assertThat(sh(spec)).isEqualTo("x");
  }

  @Test
  void nothingAProgramPrintsIsWrittenToTheEnginesDisk() throws Exception {
    try (var program = engine.run(program("quiet", "cat").stdin().build())) {
      assertThat(engine.container(program.id()).orElseThrow().logBytesKept()).isFalse();
    }
  }

  @Test
  void aCommandThatIsNotThereIsAnExitCodeAndNamedOnStderr() {
    try (var own = engine.run(program("none", "/no/such/tool").build())) {
      assertThat(own.exitCode(SOON)).isEqualTo(127);
      assertThat(own.stderrTail()).contains("/no/such/tool");
    }
    assertThat(engine.containers(ours)).isEmpty();
    try (var host = engine.run(program("host", "sleep", "600").build());
        var inside = engine.exec(host.id(), ExecSpec.of("/no/such/tool"))) {
      assertThat(inside.exitCode(SOON)).isBetween(126, 127);
    }
  }

  @Test
  void aClosedProgramInsideIsKilledWithItsChildren() throws Exception {
    var napping = "sleep 7391 & sleep 7391; echo woke";
    try (var host = engine.run(program("host", "sleep", "600").user("1000").build())) {
      var inside = engine.exec(host.id(), ExecSpec.of("sh", "-c", napping));
      await().atMost(SOON).until(() -> sleepers(host).equals("2"));
      inside.close();
      assertThat(sleepers(host)).isEqualTo("0");
      engine.exec(host.id(), ExecSpec.of("sleep", "7391")).close(); // hardly started
      assertThat(sleepers(host)).isEqualTo("0");
      assertThat(engine.container(host.id()).orElseThrow().running()).isTrue();
    }
  }

  private String sleepers(Program host) throws IOException {
    var count =
        "grep -l 7391 /proc/[0-9]*/cmdline 2>/dev/null | while read f; do"
            + " tr '\\0' ' ' < $f; echo; done | grep -c '^sleep 7391'";
    try (var program = engine.exec(host.id(), ExecSpec.of("sh", "-c", count))) {
      return read(program).strip();
    }
  }

  @Test
  void inputThatIsCutShortByCloseIsNeverTakenForAllOfIt() throws Exception {
    var volume = new ServiceSpec.VolumeMount("kit-" + run, "/data", false, ours);
    var commit = "cat > /data/part; echo committed > /data/done";
    var spec = program("restore", "sh", "-c", commit).stdin().mounts(List.of(volume)).build();
    var program = engine.run(spec);
    program.stdin().write(new byte[1_000_000]);
    program.close();
    assertThat(sh(program("look", "ls", "/data").mounts(List.of(volume)))).isEqualTo("part");
  }

  @Test
  void whenTheEngineDiesWhoReadsIsToldAndNotGivenAnEnd(@TempDir Path directory) throws Exception {
    var relay = new EngineRelay(directory.resolve("engine.sock"), Path.of(HOST.substring(7)));
    try (var dying = JavaDockerEngine.at(relay.url())) {
      var own = dying.run(program("dump", "cat", "/dev/zero").build());
      var inside = dying.exec(own.id(), ExecSpec.of("cat", "/dev/zero"));
      for (var program : List.of(own, inside)) {
        assertThat(program.stdout().readNBytes(1_000_000)).hasSize(1_000_000);
      }
      relay.close();
      for (var program : List.of(own, inside)) {
        assertThatThrownBy(() -> program.stdout().transferTo(OutputStream.nullOutputStream()))
            .isInstanceOf(DockerProblem.EngineDown.class);
        assertThatThrownBy(() -> program.exitCode(SOON))
            .isInstanceOf(DockerProblem.EngineDown.class);
        program.close(); // cannot remove it, and throws nothing
      }
    }
    assertThat(engine.containers(ours)).hasSize(1);
  }

  @Test
  void aQuietProgramIsLostWithItsEngineToo(@TempDir Path directory) throws Exception {
    var relay = new EngineRelay(directory.resolve("engine.sock"), Path.of(HOST.substring(7)));
    try (var dying = JavaDockerEngine.at(relay.url());
        var program = dying.run(program("quiet", "sleep", "600").build())) {
      relay.close();
      assertThatThrownBy(() -> program.stdout().read())
          .isInstanceOf(DockerProblem.EngineDown.class);
    }
  }

  @Test
  void anInterruptedStartLeavesNothing() throws Exception {
    var caller =
        Thread.startVirtualThread(() -> {
          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> engine.run(program("never", "true").build()))
              .isInstanceOf(DockerProblem.Cancelled.class);
        });
    assertThat(caller.join(SOON)).isTrue();
    assertThat(engine.containers(ours)).isEmpty();
  }

  @Test
  void manyShortProgramsLoseNeitherBytesNorCodes() throws Exception {
    for (var i = 0; i < 10; i++) {
      try (var program = engine.run(program("short", "sh", "-c", "echo hi; exit 5").build())) {
        assertThat(read(program)).isEqualTo("hi\n");
        assertThat(program.exitCode(SOON)).isEqualTo(5);
      }
    }
  }
}
