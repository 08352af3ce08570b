package dev.slipway.runtime;

import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.keep.KeepConfig;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.TaskAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A whole runtime service on the real engine, under an installation of its own that is removed with
 * it.
 */
final class RuntimeStand implements AutoCloseable {
  static final String IMAGE = "slipway-base/busybox:latest";
  static final int PORT = 8080;

  final Fixture fixture;
  private final DockerEngine engine;
  final TestRuntime runtime;

  RuntimeStand(Database database, DockerEngine engine) {
    this.engine = engine;
    String installation =
        "%012x".formatted(ThreadLocalRandom.current().nextLong() & 0xffff_ffff_ffffL);
    this.fixture = new Fixture(database, engine, installation);
    RuntimeConfig config =
        new RuntimeConfig(
            "stand-" + installation,
            installation,
            "example.test",
            TaskAddress.BRIDGE,
            null,
            4,
            KeepConfig.DEFAULTS);
    this.runtime = TestRuntime.start(fixture, config, CrashPoints.NONE);
  }

  /** Runs a command, and may take its time to come up: the engine is real, and has other work. */
  static Shape running(String command) {
    return Shape.web(PORT).with(new HealthCheck("/", 1, 2, 3, 15)).command(command);
  }

  /** A shell command that serves this text. */
  static String serves(String text) {
    return "mkdir -p /www; echo '%s' > /www/index.html; echo 'serving %s'; exec httpd -f -p $PORT -h /www"
        .formatted(text, text);
  }

  Deployment deploy(Application application, Shape shape) {
    return runtime.ended(fixture.deploy(application, shape, IMAGE));
  }

  Deployment deploy(Application application, ReleaseId release) {
    return runtime.ended(fixture.deploy(application, release));
  }

  /** The deployment's steps with their milliseconds. */
  String times(Deployment deployment) {
    StringBuilder text = new StringBuilder();
    for (var step : fixture.now(deployment).steps()) {
      if (step.startedAt() != null && step.completedAt() != null) {
        text.append(step.name())
            .append(' ')
            .append(Duration.between(step.startedAt(), step.completedAt()).toMillis())
            .append(" ms, ");
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    runtime.stop();
    fixture.close();
    Map<String, String> ours = Labels.ours(fixture.installation);
    for (ServiceInfo service : engine.services(ours)) {
      engine.removeService(service.name());
    }
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> engine.containers(ours).stream().allMatch(this::gone));
    for (VolumeInfo volume : engine.volumes(ours)) {
      engine.removeVolume(volume.name());
    }
    for (NetworkInfo network : engine.networks(ours)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> {
            engine.removeNetwork(network.name());
            return true;
          });
    }
  }

  private boolean gone(ContainerSummary container) {
    engine.removeContainer(container.id());
    return engine.container(container.id()).isEmpty();
  }
}
