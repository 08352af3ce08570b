package dev.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The platform's API as the commands need it: answers are trees, failures are {@link CliFailure}s.
 */
final class Api {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration UPLOAD = Duration.ofMinutes(20);
  private static final Duration LONG_POLL = Duration.ofSeconds(330);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;
  private final String key;
  private final String cookie;

  Api(String url, String key) {
    this(url, key, "");
  }

  /** With the session of somebody who signed in, where there is no key. */
  Api(String url, String key, String cookie) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.key = key;
    this.cookie = cookie;
  }

  String url() {
    return url;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** A value as it must look in a path or query. */
  static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return send("GET", path, null, "application/json");
  }

  /** Posts with an Idempotency-Key, so that a repeat after a cut connection changes nothing. */
  JsonNode post(String path, @Nullable JsonNode body) {
    return send("POST", path, body == null ? null : body.toString(), "application/json");
  }

  /** Posts a file as it is, however long that takes. */
  JsonNode postFile(String path, Path file) {
    try {
      return tree(
          told(
              path,
              request(path)
                  .timeout(UPLOAD)
                  .header("Content-Type", "application/octet-stream")
                  .header("Idempotency-Key", UUID.randomUUID().toString())
                  .POST(HttpRequest.BodyPublishers.ofFile(file))
                  .build()));
    } catch (java.io.FileNotFoundException e) {
      throw CliFailure.refused("There is no file " + file + ".");
    }
  }

  /** Posts what a publisher gives, however long that takes. */
  JsonNode postBytes(String path, HttpRequest.BodyPublisher body) {
    return tree(
        told(
            path,
            request(path)
                .header("Content-Type", "application/octet-stream")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(body)
                .build()));
  }

  /**
   * Opens a download.
   *
   * @param from the first byte wanted; 0: all
   * @param tag of the file that the first bytes are of; empty when there are none
   */
  HttpResponse<InputStream> download(String path, long from, String tag) {
    HttpRequest.Builder request = request(path);
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-").header("If-Range", tag);
    }
    HttpResponse<InputStream> response =
        answered(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() >= 300) {
      try (InputStream problem = response.body()) {
        throw refused(
            response.statusCode(), new String(problem.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw CliFailure.refused("The download was refused (" + response.statusCode() + ").");
      }
    }
    return response;
  }

  JsonNode put(String path, JsonNode body) {
    return send("PUT", path, body.toString(), "application/json");
  }

  JsonNode postText(String path, String text) {
    return send("POST", path, text, "text/plain");
  }

  JsonNode patch(String path, JsonNode body) {
    return send("PATCH", path, body.toString(), "application/json");
  }

  /** The answer; an empty object when there is none. */
  JsonNode delete(String path) {
    return send("DELETE", path, null, "application/json");
  }

  /** Every item of a list, page after page. */
  ArrayNode all(String path) {
    ArrayNode items = JSON.createArrayNode();
    String separator = path.contains("?") ? "&" : "?";
    String cursor = "";
    do {
      JsonNode page = get(path + separator + "limit=200" + cursor);
      page.path("items").forEach(items::add);
      JsonNode next = page.path("nextCursor");
      cursor = next.isTextual() ? "&cursor=" + encoded(next.asText()) : "";
    } while (!cursor.isEmpty());
    return items;
  }

  /** Server-sent events from after a number, line by line; close the stream when done. */
  Stream<String> follow(String path, long after) {
    HttpRequest.Builder request = request(path).header("Accept", "text/event-stream");
    if (after > 0) {
      request.header("Last-Event-ID", String.valueOf(after));
    }
    HttpResponse<Stream<String>> response =
        answered(request.GET().build(), HttpResponse.BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), String.join("\n", response.body().toList()));
    }
    return response.body();
  }

  /** An answer that is plain text. */
  String text(String path) {
    return sent("GET", path, null, "application/json");
  }

  /** An answer line by line, however long it is; close the stream when done. */
  Stream<String> lines(String path) {
    HttpResponse<Stream<String>> response =
        answered(request(path).GET().build(), HttpResponse.BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), String.join("\n", response.body().toList()));
    }
    return response.body();
  }

  private JsonNode send(String method, String path, @Nullable String body, String type) {
    return tree(sent(method, path, body, type));
  }

  private String sent(String method, String path, @Nullable String body, String type) {
    HttpRequest.Builder request = request(path);
    request.timeout(path.contains("wait=") || path.endsWith("/exec") ? LONG_POLL : PATIENCE);
    request.method(
        method,
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", type);
    }
    if (method.equals("POST")) {
      request.header("Idempotency-Key", UUID.randomUUID().toString());
    }
    return told(path, request.build());
  }

  private String told(String path, HttpRequest request) {
    HttpResponse<String> response = answered(request, HttpResponse.BodyHandlers.ofString());
    boolean health = path.equals("/api/health");
    if (response.statusCode() >= 300 && !(health && response.statusCode() == 503)) {
      throw refused(response.statusCode(), response.body());
    }
    return response.body();
  }

  /** Signs in and returns the session's cookie. */
  String signIn(JsonNode body) {
    HttpRequest request =
        request("/api/session")
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> response = answered(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw refused(response.statusCode(), response.body());
    }
    String given = response.headers().firstValue("Set-Cookie").orElse("=;");
    return given.substring(given.indexOf('=') + 1, given.indexOf(';'));
  }

  private HttpRequest.Builder request(String path) {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
      if (!key.isEmpty()) {
        return request.header("x-api-key", key);
      }
      return cookie.isEmpty()
          ? request
          : request.header("Cookie", "slipway_session=" + cookie).header("Origin", url);
    } catch (IllegalArgumentException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE,
          "'" + url + "' is no address of a platform; give --url http://HOST:PORT.");
    }
  }

  private <T> HttpResponse<T> answered(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request, body);
    } catch (IOException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE,
          "Slipway does not answer at "
              + url
              + "; start it with ./slipway up, or say where it is with --url.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(CliFailure.REFUSED, "Interrupted.");
    }
  }

  private static JsonNode tree(String body) {
    try {
      return JSON.readTree(body.isEmpty() ? "{}" : body);
    } catch (JsonProcessingException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, "What answers is not Slipway; check --url and the port.");
    }
  }

  private static CliFailure refused(int status, String body) {
    JsonNode problem;
    try {
      problem = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return new CliFailure(
          CliFailure.UNREACHABLE,
          "What answers is not Slipway (status " + status + "); check --url and the port.");
    }
    StringBuilder line =
        new StringBuilder(sentence(problem.path("detail").asText("status " + status)));
    JsonNode errors = problem.path("errors");
    for (int i = 1; i < errors.size(); i++) {
      line.append(' ').append(errors.get(i).path("field").asText());
      line.append(": ").append(sentence(errors.get(i).path("message").asText()));
    }
    return CliFailure.refused(line + " " + problem.path("remedy").asText());
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}
