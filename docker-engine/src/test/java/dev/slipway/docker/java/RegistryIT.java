package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real registry that wants credentials (Debian's docker-registry), and the real engine. */
@Tag("docker")
@Execution(ExecutionMode.SAME_THREAD)
class RegistryIT {
  private static final String BASE = "slipway-base/busybox:latest";
  private static final String RUN = UUID.randomUUID().toString().substring(0, 8);
  private static final Map<String, String> OURS = Map.of("dev.slipway.kit", RUN);
  private static final Duration SOON = Duration.ofSeconds(30);

  /** {@code secret}, as htpasswd writes it: the registry accepts bcrypt alone. */
  private static final String HTPASSWD =
      "kit:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

  /** Not closed before the process ends: a test that is run once more needs it again. */
  private static final JavaDockerEngine ENGINE =
      JavaDockerEngine.at(
          System.getenv().getOrDefault("SLIPWAY_DOCKER_HOST", JavaDockerEngine.DEFAULT_HOST));

  @TempDir static Path home;
  private static Process registry;
  private static String image;
  private static RegistryAuth auth;

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(home.resolve("htpasswd"), HTPASSWD);
    Files.writeString(
        home.resolve("config.yml"),
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:%d"}
        auth: {htpasswd: {realm: kit, path: %s/htpasswd}}
        """
            .formatted(home, port, home));
    registry =
        new ProcessBuilder("docker-registry", "serve", home.resolve("config.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    await().atMost(SOON).until(() -> open(port));
    image = "127.0.0.1:" + port + "/kit/" + RUN + ":1";
    auth = new RegistryAuth("127.0.0.1:" + port, "kit", "secret");
    ENGINE.tag(BASE, image);
  }

  private static boolean open(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    ENGINE.services(OURS).forEach(service -> ENGINE.removeService(service.id()));
    await().atMost(SOON).until(() -> ENGINE.containers(OURS).isEmpty());
    ENGINE.removeImage(image);
    registry.destroy();
    assertThat(registry.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aPushedImageIsFoundByItsDigestAndRunsWithTheServicesCredentials() {
    var digest = ENGINE.push(image, auth, progress -> {});
    assertThat(ENGINE.registryDigest(image, auth)).contains(digest);
    var pinned = image.substring(0, image.lastIndexOf(':')) + "@" + digest;
    assertThat(ENGINE.registryDigest(pinned, auth)).contains(digest);
    assertThat(ENGINE.registryDigest(image.replace(":1", ":nobody"), auth)).isEmpty();
    assertThat(ENGINE.registryDigest(image.replace("/kit/", "/other/"), auth)).isEmpty();
    ENGINE.removeImage(image);
    ENGINE.removeImage(pinned);
    runs(pinned);
    ENGINE.tag(BASE, image);
  }

  private static void runs(String pinned) {
    var spec =
        ServiceSpec.of("kit-" + RUN, pinned)
            .command(List.of("sleep", "600"))
            .labelsEverywhere(OURS)
            .registryAuth(auth)
            .stopGraceSeconds(1)
            .build();
    ENGINE.createService(spec);
    await()
        .atMost(SOON)
        .until(() -> ENGINE.tasks(spec.name()).stream().anyMatch(TaskInfo::serving));
    assertThat(ENGINE.service(spec.name()).orElseThrow().image()).isEqualTo(pinned);
    assertThat(spec.toString()).doesNotContain("secret");
    ENGINE.removeService(spec.name());
  }

  @Test
  void aRegistryThatWantsOthersCredentialsRefuses() {
    var wrong = new RegistryAuth(auth.server(), "kit", "wrong");
    assertThatThrownBy(() -> ENGINE.registryDigest(image, wrong))
        .isInstanceOf(DockerProblem.RegistryRefused.class);
    assertThatThrownBy(() -> ENGINE.push(image, wrong, progress -> {}))
        .isInstanceOf(DockerProblem.RegistryRefused.class);
  }

  @Test
  void aRegistryThatIsNotThereRefuses() {
    assertThatThrownBy(() -> ENGINE.registryDigest("127.0.0.1:1/kit/none:1", null))
        .isInstanceOf(DockerProblem.RegistryRefused.class);
  }

  @Test
  void aTaskThatMayNotFetchItsImageSaysSo() {
    var nowhere = "127.0.0.1:1/kit/none@sha256:" + "ab".repeat(32);
    var spec =
        ServiceSpec.of("kit-" + RUN + "-none", nowhere)
            .labelsEverywhere(OURS)
            .restart(ServiceSpec.Restart.never())
            .build();
    ENGINE.createService(spec);
    await()
        .atMost(SOON)
        .until(() -> ENGINE.tasks(spec.name()).stream().anyMatch(t -> t.error() != null));
    var task = ENGINE.tasks(spec.name()).getFirst();
    assertThat(task.error()).containsAnyOf("No such image", "connection refused");
  }
}
