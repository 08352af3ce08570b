package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.TransferProgress;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Images: look at, fetch, send, name, remove. */
final class ImageCalls {
  private final EngineApi api;

  ImageCalls(EngineApi api) {
    this.api = api;
  }

  Optional<ImageInfo> image(String reference) {
    return api.find("/images/" + encode(reference) + "/json").map(ImageCalls::info);
  }

  List<ImageInfo> images(Map<String, String> labels) {
    var found = new ArrayList<ImageInfo>();
    for (var node : api.get("/images/json?" + EngineApi.labelled(labels))) {
      image(node.path("Id").asText()).ifPresent(found::add);
    }
    return found;
  }

  ImageInfo pull(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    var name = Name.of(reference);
    var from =
        name.tag() == null
            ? "fromImage=" + encode(reference)
            : "fromImage=" + encode(name.repository()) + "&tag=" + encode(name.tag());
    try {
      transfer(api.registry("/images/create?" + from, auth), progress);
    } catch (DockerProblem.NotFound | DockerProblem.EngineFailed | DockerProblem.Refused e) {
      throw new DockerProblem.ImageMissing(reference, e.getMessage());
    }
    return image(reference)
        .orElseThrow(() -> new DockerProblem.ImageMissing(reference, "pulled, yet not here"));
  }

  String push(String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress) {
    var name = Name.of(reference);
    var tag = name.tag() == null ? "latest" : name.tag();
    var path = "/images/" + encode(name.repository()) + "/push?tag=" + encode(tag);
    try {
      var digest = transfer(api.registry(path, auth), progress);
      return digest.orElseThrow(
          () -> new DockerProblem.RegistryRefused("the registry named no digest"));
    } catch (DockerProblem.ImageMissing | DockerProblem.NotFound e) {
      if (image(reference).isEmpty()) {
        throw new DockerProblem.ImageMissing(reference, e.getMessage());
      }
      throw new DockerProblem.RegistryRefused(e.getMessage());
    } catch (DockerProblem.EngineFailed e) {
      if (e.getMessage().contains("does not exist locally")) {
        throw new DockerProblem.ImageMissing(reference, e.getMessage());
      }
      throw new DockerProblem.RegistryRefused(e.getMessage());
    }
  }

  Optional<String> registryDigest(String reference, @Nullable RegistryAuth auth) {
    var path = "/distribution/" + encode(reference).replace("%2F", "/") + "/json";
    try {
      var node = EngineApi.read(api.ask(path, auth));
      return Optional.ofNullable(Nodes.text(node.path("Descriptor").path("digest")));
    } catch (DockerProblem.ImageMissing | DockerProblem.NotFound e) {
      return Optional.empty();
    } catch (DockerProblem.EngineFailed | DockerProblem.Refused e) {
      if (e.getMessage().contains("manifest unknown") || e.getMessage().contains("name unknown")) {
        return Optional.empty();
      }
      throw new DockerProblem.RegistryRefused(e.getMessage());
    }
  }

  void tag(String reference, String newReference) {
    var name = Name.of(newReference);
    var tag = name.tag() == null ? "latest" : name.tag();
    var query = "/tag?repo=" + encode(name.repository()) + "&tag=" + encode(tag);
    api.post("/images/" + encode(reference) + query, null);
  }

  void remove(String reference) {
    try {
      api.delete("/images/" + encode(reference));
    } catch (DockerProblem.ImageMissing e) {
      return; // gone already
    }
  }

  /** Reads a transfer to its end; the digest comes with a push. */
  private static Optional<String> transfer(
      EngineHttp.Reply reply, Consumer<TransferProgress> progress) {
    var digest = Optional.<String>empty();
    try (reply) {
      var news = EngineApi.values(reply);
      while (hasNext(news, reply)) {
        var node = news.next();
        if (node.has("error")) {
          throw Refusals.explain(500, node.path("error").asText());
        }
        if (node.path("aux").has("Digest")) {
          digest = Optional.of(node.path("aux").path("Digest").asText());
        }
        var detail = node.path("progressDetail");
        progress.accept(
            new TransferProgress(
                node.path("id").asText(),
                node.path("status").asText(),
                detail.path("current").asLong(),
                detail.path("total").asLong()));
      }
    }
    return digest;
  }

  private static boolean hasNext(MappingIterator<JsonNode> news, EngineHttp.Reply reply) {
    try {
      return news.hasNextValue();
    } catch (IOException e) {
      throw reply.explain(e);
    }
  }

  private static ImageInfo info(JsonNode node) {
    var config = node.path("Config");
    var check = config.path("Healthcheck").path("Test");
    return new ImageInfo(
        node.path("Id").asText(),
        Nodes.texts(node.path("RepoTags")),
        Nodes.texts(node.path("RepoDigests")),
        Nodes.map(config.path("Labels")),
        ports(config.path("ExposedPorts")),
        !check.isEmpty() && !check.path(0).asText().equals("NONE"),
        !config.path("Cmd").isEmpty() || !config.path("Entrypoint").isEmpty(),
        Nodes.instant(node.path("Created"), Instant.EPOCH),
        node.path("Size").asLong());
  }

  private static List<Integer> ports(JsonNode exposed) {
    var ports = new ArrayList<Integer>();
    for (var field : exposed.properties()) {
      if (field.getKey().endsWith("/tcp")) {
        ports.add(Integer.parseInt(field.getKey().substring(0, field.getKey().length() - 4)));
      }
    }
    return ports.stream().sorted().toList();
  }

  /** A reference taken apart; the tag is null for a digest and when none is named. */
  record Name(String repository, @Nullable String tag) {
    static Name of(String reference) {
      var colon = reference.lastIndexOf(':');
      if (reference.contains("@") || reference.startsWith("sha256:")) {
        return new Name(reference, null);
      }
      return colon > reference.lastIndexOf('/')
          ? new Name(reference.substring(0, colon), reference.substring(colon + 1))
          : new Name(reference, "latest");
    }
  }
}
