package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.TaskInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Swarm services and their tasks. */
final class ServiceCalls {
  /** Swarm answers "out of sequence" when somebody wrote between our read and our write. */
  private static final int WRITE_ATTEMPTS = 5;

  private final EngineApi api;
  private final ImageCalls images;

  ServiceCalls(EngineApi api, ImageCalls images) {
    this.api = api;
    this.images = images;
  }

  String create(ServiceSpec spec) {
    var body = ServiceJson.spec(spec, pinned(spec.image()));
    return api.post("/services/create", body, spec.registryAuth()).path("ID").asText();
  }

  /**
   * A task asks the registry for its image before every start, even when it is here, unless the
   * image is named by digest or id. That would cost a second a start, and hand a name that only
   * exists on this machine to whoever registers it at the public registry.
   */
  private String pinned(String wanted) {
    return images.image(wanted).map(here -> pinned(wanted, here)).orElse(wanted);
  }

  private static String pinned(String wanted, ImageInfo here) {
    if (wanted.contains("@") || wanted.startsWith("sha256:")) {
      return wanted;
    }
    var repository = ImageCalls.Name.of(wanted).repository();
    return here.digests().stream()
        .filter(digest -> digest.startsWith(repository + "@"))
        .findFirst()
        .orElse(here.id());
  }

  Optional<ServiceInfo> service(String name) {
    return api.find("/services/" + encode(name)).map(ServiceJson::service);
  }

  List<ServiceInfo> services(Map<String, String> labels) {
    var found = new ArrayList<ServiceInfo>();
    api.get("/services?" + EngineApi.labelled(labels))
        .forEach(node -> found.add(ServiceJson.service(node)));
    return found;
  }

  void scale(String name, int replicas) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must not be negative");
    }
    update(
        name, spec -> ((ObjectNode) spec.withObject("/Mode/Replicated")).put("Replicas", replicas));
  }

  void label(String name, Map<String, String> labels) {
    update(name, spec -> labels.forEach(spec.withObject("/Labels")::put));
  }

  void change(ServiceInfo seen, ServiceChange change) {
    var id = encode(seen.id());
    var node = api.find("/services/" + id).orElseThrow(() -> missing(seen.name()));
    var spec = (ObjectNode) node.path("Spec");
    var image = change.image();
    ServiceJson.change(spec, change, image == null ? null : pinned(image));
    if (node.path("Version").path("Index").asLong() != seen.version()) {
      throw new DockerProblem.Outdated("service " + seen.name() + " was changed by another");
    }
    api.post("/services/" + id + "/update?version=" + seen.version(), spec);
  }

  private static DockerProblem missing(String name) {
    return new DockerProblem.NotFound("service " + name + " not found");
  }

  void restart(String name) {
    update(
        name,
        spec -> {
          var task = spec.withObject("/TaskTemplate");
          task.put("ForceUpdate", task.path("ForceUpdate").asLong() + 1);
        });
  }

  private void update(String name, Consumer<ObjectNode> change) {
    for (var attempt = 1; ; attempt++) {
      var node = api.find("/services/" + encode(name)).orElseThrow(() -> missing(name));
      var spec = (ObjectNode) node.path("Spec");
      change.accept(spec);
      var index = node.path("Version").path("Index").asLong();
      try {
        api.post("/services/" + encode(name) + "/update?version=" + index, spec);
        return;
      } catch (DockerProblem.Outdated e) {
        if (attempt == WRITE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  void remove(String name) {
    api.delete("/services/" + encode(name));
  }

  List<TaskInfo> tasks(String service) {
    var found = new ArrayList<Aged>();
    var filter = EngineApi.filters(Map.of("service", List.of(service)));
    for (var node : api.find("/tasks?" + filter).orElse(MissingNode.getInstance())) {
      found.add(new Aged(node.path("CreatedAt").asText(), ServiceJson.task(node)));
    }
    found.sort(Comparator.comparing(Aged::createdAt).reversed());
    return found.stream().map(Aged::task).toList();
  }

  /** Swarm cannot select tasks by a container's label, so all that are wanted are read. */
  List<TaskInfo> tasks(Map<String, String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a listing needs at least one label");
    }
    var filter = EngineApi.filters(Map.of("desired-state", List.of("running")));
    var found = new ArrayList<TaskInfo>();
    for (var node : api.get("/tasks?" + filter)) {
      if (ServiceJson.labels(node).entrySet().containsAll(labels.entrySet())) {
        found.add(ServiceJson.task(node));
      }
    }
    return found;
  }

  private record Aged(String createdAt, TaskInfo task) {}
}
