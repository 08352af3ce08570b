package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of the public API, as any outside program would write it. */
public final class Api {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI base;
  private final @Nullable String key;

  public Api(URI base, @Nullable String key) {
    this.base = base;
    this.key = key;
  }

  public URI base() {
    return base;
  }

  public @Nullable String key() {
    return key;
  }

  /** The same API, asked by nobody. */
  public Api withoutKey() {
    return new Api(base, null);
  }

  public Answer get(String path) {
    return send("GET", path, null, Map.of());
  }

  public Answer post(String path, Object body) {
    return send("POST", path, Json.write(body), Map.of());
  }

  public Answer put(String path, Object body) {
    return send("PUT", path, Json.write(body), Map.of("if-match", "*"));
  }

  public Answer patch(String path, Object body) {
    return send("PATCH", path, Json.write(body), Map.of("if-match", "*"));
  }

  public Answer delete(String path) {
    return send("DELETE", path, null, Map.of());
  }

  /** Sends the bytes of a file as they are. */
  public Answer upload(String path, Path file) {
    try {
      return sent(
          "POST",
          path,
          BodyPublishers.ofFile(file),
          Map.of("content-type", "application/octet-stream"));
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text as it is; JSON unless the headers say otherwise. */
  public Answer send(
      String method, String path, @Nullable String body, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    if (body != null) {
      all.putIfAbsent("content-type", "application/json");
    }
    return sent(
        method, path, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body), all);
  }

  private Answer sent(String method, String path, BodyPublisher body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/api" + path)).timeout(LIMIT);
    if (key != null) {
      request.header("x-api-key", key);
    }
    headers.forEach(request::header);
    request.method(method, body);
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          method + " " + path, response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + path, e);
    }
  }

  // ---- what most promises do -----------------------------------------------------------------

  /** Creates an application and returns its id. */
  public String create(Map<String, ?> application) {
    return post("/applications", application).expect(201).json().path("id").asText();
  }

  /** Asks for a deployment and returns its id. */
  public String deploy(String applicationId) {
    return deploy(applicationId, Map.of());
  }

  public String deploy(String applicationId, Map<String, ?> wishes) {
    return post("/applications/" + applicationId + "/deployments", wishes)
        .expect(202)
        .json()
        .path("id")
        .asText();
  }

  /** Asks for a deployment that is made once however often it is asked for under this key. */
  public Answer deployOnce(String applicationId, String idempotencyKey) {
    return send(
        "POST",
        "/applications/" + applicationId + "/deployments",
        "{}",
        Map.of("idempotency-key", idempotencyKey));
  }

  /** Waits for the end of a deployment with long polls. */
  public JsonNode ended(String deploymentId, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toSeconds());
      JsonNode deployment =
          get("/deployments/" + deploymentId + "?wait=" + Math.min(60, left)).expect(200).json();
      if (hasEnded(deployment)) {
        return deployment;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the deployment did not end within " + limit + ": " + deployment + log(deploymentId));
      }
    }
  }

  /** Deploys and waits for success; anything else is an error with the deployment's log. */
  public JsonNode deployed(String applicationId) {
    return succeeded(deploy(applicationId));
  }

  public JsonNode succeeded(String deploymentId) {
    JsonNode deployment = ended(deploymentId, Duration.ofMinutes(3));
    if (!deployment.path("status").asText().equals("success")) {
      throw new IllegalStateException("no success: " + deployment + log(deploymentId));
    }
    return deployment;
  }

  public static boolean hasEnded(JsonNode deployment) {
    return switch (deployment.path("status").asText()) {
      case "success", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  public JsonNode application(String id) {
    return get("/applications/" + id).expect(200).json();
  }

  /** The whole log of a deployment as text. */
  public String log(String deploymentId) {
    Answer answer =
        send("GET", "/deployments/" + deploymentId + "/logs", null, Map.of("accept", "text/plain"));
    return "\n" + answer.body();
  }
}
