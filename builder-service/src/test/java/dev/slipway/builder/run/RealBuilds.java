package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds on the real engine, and containers of what was built. Removes what it made. */
final class RealBuilds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RealBuilds.class);
  private static final Map<String, String> OURS =
      Map.of("dev.slipway.installation", BuildWorld.INSTALLATION);
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  final DockerEngine engine =
      JavaDockerEngine.at(
          Objects.requireNonNullElse(
              System.getenv("SLIPWAY_DOCKER_HOST"), JavaDockerEngine.DEFAULT_HOST));
  final BuildWorld world;
  final SagaRunner runner;
  private final PostgresExtension postgres;
  private final List<String> containers = new ArrayList<>();

  RealBuilds(Path folder, PostgresExtension postgres) throws IOException {
    this.postgres = postgres;
    world = new BuildWorld(folder, postgres, engine, HOME);
    runner =
        new SagaRunner(
            postgres.vertx(),
            postgres.database(),
            List.of(world.saga()),
            RunnerConfig.of(world.config.owner(), 2),
            CrashPoints.NONE);
    runner.start().await();
  }

  /** Commits a copy of one of the project's examples. */
  void example(String name) throws IOException {
    var repository = world.repository(name);
    var source = HOME.resolve("examples").resolve(name);
    try (var files = Files.walk(source)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var relative = source.relativize(file).toString();
        if (!relative.contains("node_modules") && !relative.startsWith(".next")) {
          repository.file(
              relative, fresh(relative, Files.readString(file, StandardCharsets.UTF_8)));
        }
      }
    }
    repository.commit("The example " + name);
  }

  // -Dbuilds.fresh=true: no layer is in the cache, to measure a first build
  private static String fresh(String name, String text) {
    return Boolean.getBoolean("builds.fresh") && name.equals("package.json")
        ? text.replaceFirst("\\{", "{\"description\": \"" + System.nanoTime() + "\",")
        : text;
  }

  /** Builds and waits for the hand-over or the failure. */
  Deployment deployed(Application application) {
    postgres.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    postgres
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
    long began = System.nanoTime();
    var id = world.request(application);
    runner.ring();
    var deployment = ended(id);
    if (Boolean.getBoolean("builds.log")) {
      LOG.warn(
          "{}: {} after {} ms",
          application.name(),
          deployment.status(),
          (System.nanoTime() - began) / 1_000_000);
      world.log(id).forEach(line -> LOG.warn("    {}", line));
    }
    return deployment;
  }

  Deployment ended(DeploymentId id) {
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            Set.of(DeploymentStatus.DEPLOYING, DeploymentStatus.FAILED, DeploymentStatus.CANCELLED)
                .contains(world.get(id).status()));
    return world.get(id);
  }

  /** What a container of the built image answers on this path once it serves. */
  String served(Deployment deployment, int port, String path) throws Exception {
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    var container =
        docker(
            "run",
            "-d",
            "--label",
            "dev.slipway.installation=" + BuildWorld.INSTALLATION,
            "-e",
            "PORT=" + port,
            "-p",
            "127.0.0.1::" + port,
            String.valueOf(deployment.imageDigest()));
    containers.add(container);
    if (!docker("inspect", "-f", "{{.State.Running}}", container).equals("true")) {
      throw new AssertionError("it ended: " + docker("logs", container));
    }
    var address = docker("port", container, port + "/tcp").lines().findFirst().orElseThrow();
    var answers = new ArrayList<HttpResponse<String>>();
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://" + address + path))
              .timeout(Duration.ofSeconds(5))
              .build();
      await("serving")
          .atMost(Duration.ofSeconds(40))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsMatching(IOException.class::isInstance)
          .until(() -> answers.add(client.send(request, HttpResponse.BodyHandlers.ofString())));
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("nothing served: " + docker("logs", container), e);
    }
    return answers.getFirst().statusCode() + " " + answers.getFirst().body();
  }

  String docker(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
    return said;
  }

  @Override
  public void close() throws Exception {
    runner.stop().await();
    for (var container : containers) {
      docker("rm", "-f", "-v", container);
    }
    for (var image : engine.images(OURS)) {
      for (var tag : image.tags()) {
        engine.removeImage(tag);
      }
    }
    world.close();
    engine.close();
  }
}
