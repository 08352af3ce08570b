package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls the gateway as anybody would, and holds every answer against the contract. */
public final class Client {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String base;
  private final String key;
  private final String cookie;

  Client(int port, String key) {
    this("http://127.0.0.1:" + port, key, "");
  }

  private Client(String base, String key, String cookie) {
    this.base = base;
    this.key = key;
    this.cookie = cookie;
  }

  /** The same gateway, by a session's cookie in place of a key, as a page of its own would call. */
  public Client by(String session) {
    return new Client(base, "", session);
  }

  /** The cookie it shows. */
  public String session() {
    return cookie;
  }

  /** The cookie that an answer sets. */
  public static String cookieOf(Answer answer) {
    return answer.header("Set-Cookie").split(";", 2)[0].split("=", 2)[1];
  }

  /** What was answered. */
  public record Answer(int status, java.net.http.HttpHeaders headers, String text) {
    public JsonObject json() {
      return new JsonObject(text);
    }

    public String string(String field) {
      return json().getString(field);
    }

    public JsonArray items() {
      return json().getJsonArray("items");
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The fields that were refused. */
    public java.util.List<String> fields() {
      return json().getJsonArray("errors").stream()
          .map(error -> ((JsonObject) error).getString("field"))
          .toList();
    }

    public Answer expect(int wanted) {
      assertThat(status).as("status of %s", text).isEqualTo(wanted);
      return this;
    }
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public Answer post(String path, @Nullable Object body, String... headers) {
    return send("POST", path, body, headers);
  }

  public Answer patch(String path, Object body, String... headers) {
    return send("PATCH", path, body, headers);
  }

  public Answer put(String path, Object body, String... headers) {
    return send("PUT", path, body, headers);
  }

  public Answer delete(String path, String... headers) {
    return send("DELETE", path, null, headers);
  }

  /** Sends JSON unless the headers name another type. */
  public Answer send(String method, String path, @Nullable Object body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    byte[] bytes =
        body == null
            ? new byte[0]
            : body instanceof byte[] raw ? raw : body.toString().getBytes(StandardCharsets.UTF_8);
    request.method(
        method,
        bytes.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(bytes));
    if (!key.isEmpty()) {
      request.setHeader("x-api-key", key);
    }
    if (!cookie.isEmpty()) {
      request.setHeader("Cookie", "slipway_session=" + cookie);
      request.setHeader("Origin", base);
    }
    if (bytes.length > 0) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
      Witness.require(method, path, answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  public String key() {
    return key;
  }

  public int port() {
    return URI.create(base).getPort();
  }

  public String base() {
    return base;
  }
}
