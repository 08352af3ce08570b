package dev.slipway.docker.java;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.RegistryAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and out of the engine's API, at the version both sides speak, with refusals explained.
 */
final class EngineApi {
  static final ObjectMapper JSON = new ObjectMapper();

  /** What most answers need a hundredth of; beyond it the engine counts as down. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Newer versions add nothing we use, and pinning one keeps answers the same over upgrades. */
  private static final int NEWEST_MINOR = 44;

  private final EngineHttp http;
  private volatile @Nullable String version;

  EngineApi(EngineHttp http) {
    this.http = http;
  }

  EngineHttp http() {
    return http;
  }

  /** {@code 1.44} or the engine's newest if that is older; asked for once. */
  String version() {
    var known = version;
    if (known == null) {
      var newest = read(http.send(call("GET", "/version", null, PATIENCE))).path("ApiVersion");
      known = "1." + Math.min(NEWEST_MINOR, minor(newest.asText("1.44")));
      version = known;
    }
    return known;
  }

  private static int minor(String apiVersion) {
    return Integer.parseInt(apiVersion.substring(apiVersion.indexOf('.') + 1));
  }

  JsonNode get(String path) {
    return read(open("GET", path, null));
  }

  /** Empty when the engine says 404. */
  Optional<JsonNode> find(String path) {
    var reply = open("GET", path, null);
    if (reply.status() == 404) {
      reply.close();
      return Optional.empty();
    }
    return Optional.of(read(reply));
  }

  JsonNode post(String path, @Nullable JsonNode body) {
    return read(open("POST", path, body));
  }

  /** Sends a registry's credentials along, for the engine to keep and pass on. */
  JsonNode post(String path, JsonNode body, @Nullable RegistryAuth auth) {
    if (auth == null) {
      return post(path, body);
    }
    var headers = Map.of("X-Registry-Auth", credentials(auth));
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    var url = "/v" + version() + path;
    return read(http.send(new EngineHttp.Call("POST", url, headers, bytes, PATIENCE)));
  }

  /** Asks on behalf of somebody who knows a registry's credentials. */
  EngineHttp.Reply ask(String path, @Nullable RegistryAuth auth) {
    var headers = Map.of("X-Registry-Auth", credentials(auth));
    var url = "/v" + version() + path;
    return http.send(new EngineHttp.Call("GET", url, headers, null, PATIENCE));
  }

  /** Whether there was anything to delete. */
  boolean delete(String path) {
    var reply = open("DELETE", path, null);
    if (reply.status() == 404) {
      reply.close();
      return false;
    }
    read(reply);
    return true;
  }

  EngineHttp.Reply open(String method, String path, @Nullable JsonNode body) {
    return http.send(call(method, "/v" + version() + path, body, PATIENCE));
  }

  /** Opens an answer that goes on and on; refusals are thrown here already. */
  EngineHttp.Reply stream(String method, String path, @Nullable JsonNode body) {
    var reply = open(method, path, body);
    if (!reply.ok()) {
      throw refusal(reply);
    }
    reply.unhurried();
    return reply;
  }

  /** Opens a connection on which, after the answer's headers, both sides send what they like. */
  EngineHttp.Reply hijack(String path, @Nullable JsonNode body) {
    var bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
    var headers = Map.of("Upgrade", "tcp");
    var url = "/v" + version() + path;
    var reply = http.send(new EngineHttp.Call("POST", url, headers, bytes, PATIENCE));
    if (!reply.ok()) {
      throw refusal(reply);
    }
    reply.unhurried();
    return reply;
  }

  /** An answer that must have ended within this time, its body included. */
  EngineHttp.Reply within(Duration limit, String method, String path, @Nullable JsonNode body) {
    var reply = http.send(call(method, "/v" + version() + path, body, limit));
    if (!reply.ok()) {
      throw refusal(reply);
    }
    return reply;
  }

  /** Sends a body of unknown length; the answer must have ended within this time too. */
  EngineHttp.Reply upload(String path, InputStream body, Duration limit) {
    var headers = Map.of("Content-Type", "application/x-tar");
    var url = "/v" + version() + path;
    var reply = http.send(new EngineHttp.Call("POST", url, headers, null, body, limit));
    if (!reply.ok()) {
      throw refusal(reply);
    }
    return reply;
  }

  /** As {@link #stream}, with a registry's credentials. */
  EngineHttp.Reply registry(String path, @Nullable RegistryAuth auth) {
    var headers = Map.of("X-Registry-Auth", credentials(auth));
    var call = new EngineHttp.Call("POST", "/v" + version() + path, headers, null, PATIENCE);
    var reply = http.send(call);
    if (!reply.ok()) {
      throw refusal(reply);
    }
    reply.unhurried();
    return reply;
  }

  /** One JSON value after the other, as they come. */
  static MappingIterator<JsonNode> values(EngineHttp.Reply reply) {
    try {
      return JSON.readerFor(JsonNode.class).readValues(reply.body());
    } catch (IOException e) {
      throw reply.explain(e);
    }
  }

  static String filters(Map<String, ?> filters) {
    var node = JSON.createObjectNode();
    new TreeMap<>(filters).forEach((key, value) -> node.set(key, JSON.valueToTree(value)));
    return "filters=" + encode(node.toString());
  }

  /** A filter on labels, which must name at least one: an empty one would mean everybody's. */
  static String labelled(Map<String, String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a listing needs at least one label");
    }
    return filters(Map.of("label", labelList(labels)));
  }

  static List<String> labelList(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String credentials(@Nullable RegistryAuth auth) {
    ObjectNode node = JSON.createObjectNode();
    if (auth != null) {
      node.put("username", auth.username());
      node.put("password", auth.password());
      node.put("serveraddress", auth.server());
    }
    return Base64.getUrlEncoder().encodeToString(node.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static EngineHttp.Call call(
      String method, String path, @Nullable JsonNode body, Duration patience) {
    var bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
    return new EngineHttp.Call(method, path, Map.of(), bytes, patience);
  }

  static JsonNode read(EngineHttp.Reply reply) {
    if (!reply.ok()) {
      throw refusal(reply);
    }
    try (reply) {
      var bytes = reply.body().readAllBytes();
      return bytes.length == 0 ? MissingNode.getInstance() : JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new DockerProblem.EngineFailed("the engine's answer is not JSON", e);
    } catch (IOException e) {
      throw reply.explain(e);
    }
  }

  private static DockerProblem refusal(EngineHttp.Reply reply) {
    try (reply) {
      var text = new String(reply.body().readAllBytes(), StandardCharsets.UTF_8).strip();
      return Refusals.explain(reply.status(), message(text));
    } catch (IOException e) {
      return reply.explain(e);
    }
  }

  private static String message(String body) {
    try {
      var message = JSON.readTree(body).path("message").asText();
      return message.isEmpty() ? body : message;
    } catch (JsonProcessingException e) {
      return body;
    }
  }
}
