package dev.slipway.docker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the promises about engines stand on. Each test works under a label of its own and leaves
 * nothing of it behind, so the kit may run beside applications.
 */
abstract class DockerEngineKit {
  private static final String LABEL = "dev.slipway.kit";
  protected static final Duration SOON = Duration.ofSeconds(30);

  protected final String run = UUID.randomUUID().toString().substring(0, 8);
  protected final Map<String, String> ours = Map.of(LABEL, run);
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  protected DockerEngine engine;
  protected String network;

  /** The engine under test; the same one for every test. */
  protected abstract DockerEngine engine();

  /** An image that answers its environment variable GREETING on port PORT or 8080, over HTTP. */
  protected abstract String webImage();

  /** An image that prints {@code boom} and ends with code 3. */
  protected abstract String exitingImage();

  /** An image that prints out-1, out-2, out-3 to stdout and err-1 to stderr, and ends well. */
  protected abstract String talkingImage();

  /** An image whose containers run and do nothing. */
  protected abstract String silentImage();

  /** Starts a container of no service that does nothing and carries {@link #ours}; its id. */
  protected abstract String plainContainer();

  @BeforeEach
  void prepareTheNetwork() {
    engine = engine();
    network = "kit-" + run;
    engine.ensureNetwork(network, ours);
  }

  @AfterEach
  void removeEverythingOfOurs() {
    engine.services(ours).forEach(service -> engine.removeService(service.name()));
    engine.containers(ours).stream()
        .filter(container -> !container.labels().containsKey("com.docker.swarm.service.id"))
        .forEach(container -> engine.removeContainer(container.id()));
    await().atMost(SOON).until(() -> engine.containers(ours).isEmpty());
    await().atMost(SOON).until(this::networksRemoved);
    engine.volumes(ours).forEach(volume -> engine.removeVolume(volume.name()));
    engine.images(ours).forEach(image -> engine.removeImage(image.id()));
  }

  private boolean networksRemoved() {
    for (var left : engine.networks(ours)) {
      try {
        engine.removeNetwork(left.name());
      } catch (DockerProblem.Conflict e) {
        return false; // a task is still leaving it
      }
    }
    return engine.networks(ours).isEmpty();
  }

  protected ServiceSpec.Builder service(String name, String image) {
    return ServiceSpec.of("kit-" + run + "-" + name, image)
        .labelsEverywhere(ours)
        .networks(List.of(new ServiceSpec.Attachment(network, List.of(name))))
        .stopGraceSeconds(1);
  }

  protected TaskInfo awaitRunning(String service) {
    return await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> matching(service, TaskInfo::serving), found -> !found.isEmpty())
        .getFirst();
  }

  protected List<TaskInfo> matching(String service, Predicate<TaskInfo> wanted) {
    return engine.tasks(service).stream().filter(wanted).toList();
  }

  protected TaskInfo awaitEnded(String service) {
    return await()
        .atMost(SOON)
        .until(() -> matching(service, t -> t.state().ended()), found -> !found.isEmpty())
        .getFirst();
  }

  protected String get(String url) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
  }
}
