package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerEngineContract;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real engine of this machine: SLIPWAY_DOCKER_HOST or the usual socket. */
@Tag("docker")
class JavaDockerEngineIT extends DockerEngineContract {
  private static final String BASE = "slipway-base/busybox:latest";
  private static final Map<String, String> FIXTURE = Map.of("dev.slipway.kit", "fixture");

  /** Not closed before the process ends: a test that is run once more needs it again. */
  private static final JavaDockerEngine ENGINE =
      JavaDockerEngine.at(
          System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));

  @TempDir static Path contexts;

  @BeforeAll
  static void makeImages() throws IOException {
    make(
        "web",
        "mkdir -p /www; echo \"$GREETING\" > /www/index.html; exec httpd -f -p ${PORT:-8080} -h"
            + " /www");
    make("exits", "echo boom; exit 3");
    make("talks", "echo out-1; echo err-1 >&2; echo out-2; echo out-3");
    make("silent", "exec sleep 3600");
  }

  private static void make(String name, String script) throws IOException {
    var context = Files.createDirectory(contexts.resolve(name));
    Files.writeString(context.resolve("run.sh"), script + "\n");
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nCOPY run.sh /run.sh\nEXPOSE 8080\nCMD [\"sh\", \"/run.sh\"]\n".formatted(BASE));
    var spec = BuildSpec.of(context, fixture(name)).labels(FIXTURE).build();
    ENGINE.build(spec, BuildListener.NONE);
  }

  private static String fixture(String name) {
    return "slipway-kit/" + name + ":fixture";
  }

  @AfterAll
  static void removeImages() {
    for (var name : new String[] {"web", "exits", "talks", "silent"}) {
      ENGINE.removeImage(fixture(name));
    }
  }

  @Override
  protected DockerEngine engine() {
    return ENGINE;
  }

  @Override
  protected String webImage() {
    return fixture("web");
  }

  @Override
  protected String exitingImage() {
    return fixture("exits");
  }

  @Override
  protected String talkingImage() {
    return fixture("talks");
  }

  @Override
  protected String silentImage() {
    return fixture("silent");
  }

  @Override
  protected String toolImage() {
    return BASE;
  }

  @Override
  protected String plainContainer() {
    try {
      var labels = ours.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
      var command =
          new String[] {"docker", "run", "-d", "--label", labels.getFirst(), BASE, "sleep", "600"};
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- what only a real engine can show

  @Test
  void theImageSaysWhatItExposes() {
    var image = ENGINE.image(webImage()).orElseThrow();
    assertThat(image.exposedPorts()).containsExactly(8080);
    assertThat(image.healthcheck()).isFalse();
    assertThat(image.hasCommand()).isTrue();
  }

  @Test
  void anEngineThatIsNotThereIsDown() {
    try (var nobody = JavaDockerEngine.at("unix:///nowhere/docker.sock")) {
      assertThatThrownBy(nobody::ping).isInstanceOf(DockerProblem.EngineDown.class);
      assertThatThrownBy(nobody::info).isInstanceOf(DockerProblem.EngineDown.class);
    }
  }

  @Test
  void aBuildThatEatsMemoryIsStoppedAtItsLimit(@TempDir Path context) throws Exception {
    dockerfile(context, "RUN exec tail -c 200000000 /dev/zero");
    var spec = spec(context).memoryBytes(32 << 20).build();
    assertThatThrownBy(() -> ENGINE.build(spec, BuildListener.NONE))
        .isInstanceOfSatisfying(
            DockerProblem.BuildFailed.class,
            e -> assertThat(e.failure().reason()).isEqualTo(BuildFailure.Reason.OUT_OF_MEMORY));
  }

  @Test
  void aBuildGetsOnlyItsShareOfTheProcessor(@TempDir Path context) throws Exception {
    dockerfile(
        context,
        "RUN timeout 2 sh -c 'while :; do :; done'; set -- $(cat /proc/self/cgroup); times");
    var output = new StringBuffer();
    var spec = spec(context).cpus(0.25).build();
    ENGINE.build(spec, recorder(new CopyOnWriteArrayList<>(), output));
    // the shell's word that its loop was terminated comes on another stream, and may come last
    var times = output.toString().lines().filter(line -> line.matches("\\d+m.*")).toList();
    var children = times.getLast();
    var user = children.strip().split(" ")[0]; // such as 0m0.51s: the loop's processor time
    var seconds = Double.parseDouble(user.substring(user.indexOf('m') + 1, user.length() - 1));
    assertThat(seconds).isBetween(0.1, 1.2);
  }

  @Test
  void aSecretReachesTheStepAndNothingElse(@TempDir Path context) throws Exception {
    dockerfile(context, "RUN --mount=type=secret,id=TOKEN wc -c < /run/secrets/TOKEN");
    var output = new StringBuffer();
    var spec = spec(context).secrets(Map.of("TOKEN", "s3cr3t\nof two lines")).build();
    var listener = recorder(new CopyOnWriteArrayList<>(), output);
    ENGINE.build(spec, listener);
    assertThat(output.toString().strip()).isEqualTo("19");
    assertThat(spec.toString()).doesNotContain("s3cr3t");
    ENGINE.removeImage(spec.tag());
  }

  @Test
  void nothingOfACancelledBuildIsLeft(@TempDir Path context) throws Exception {
    dockerfile(context, "RUN echo going to bed; sleep 7321");
    var running = new CountDownLatch(1);
    var builder =
        Thread.ofVirtual()
            .start(() -> {
              try {
                ENGINE.build(spec(context).memoryBytes(64 << 20).build(), whenSleeping(running));
              } catch (DockerProblem.Cancelled e) {
                running.countDown();
              }
            });
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    // a shell says so before it starts the program
    await()
        .untilAsserted(
            () -> assertThat(commands()).anyMatch(command -> command.contains("sleep 7321")));
    builder.interrupt();
    assertThat(builder.join(Duration.ofSeconds(10))).isTrue();
    assertThat(commands()).noneMatch(command -> command.contains("sleep 7321"));
    assertThat(commands()).noneMatch(command -> command.contains("slipway-kit/built:" + run));
  }

  private static java.util.List<String> commands() throws IOException {
    var found = new java.util.ArrayList<String>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        try {
          var words = Files.readString(process.resolve("cmdline"));
          found.add(String.join(" ", Arrays.asList(words.split("\0"))));
        } catch (IOException | UncheckedIOException e) {
          found.add("gone: " + e.getMessage());
        }
      }
    }
    return found;
  }

  @Test
  void aRepeatedBuildIsAllCached(@TempDir Path context) throws Exception {
    dockerfile(context, "RUN echo once " + run);
    var spec = spec(context).noCache(false).memoryBytes(64 << 20).cpus(1).build();
    var first = ENGINE.build(spec, BuildListener.NONE);
    var steps = new CopyOnWriteArrayList<BuildStep>();
    var second = ENGINE.build(spec, recorder(steps, new StringBuffer()));
    assertThat(second.imageId()).isEqualTo(first.imageId());
    assertThat(second.steps()).isEqualTo(1);
    assertThat(second.cachedSteps()).isEqualTo(1);
    assertThat(steps).anyMatch(step -> step.state() == BuildStep.State.CACHED);
  }

  @Test
  void faultsOfADockerfileAreToldApart(@TempDir Path context) throws Exception {
    dockerfile(context, "COPY nothing /");
    assertThat(reasonOfFailure(context)).isEqualTo(BuildFailure.Reason.FILE_MISSING);
    dockerfile(context, "FETCH it");
    assertThat(reasonOfFailure(context)).isEqualTo(BuildFailure.Reason.DOCKERFILE_INVALID);
  }

  private BuildFailure.Reason reasonOfFailure(Path context) {
    try {
      ENGINE.build(spec(context).build(), BuildListener.NONE);
      throw new AssertionError("this build must fail");
    } catch (DockerProblem.BuildFailed e) {
      assertThat(e.failure().dockerfileLine()).isEqualTo(2);
      return e.failure().reason();
    }
  }

  static void dockerfile(Path context, String instruction) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), "FROM " + BASE + "\n" + instruction + "\n");
  }
}
