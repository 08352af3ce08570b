package dev.slipway.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is answered.
 *
 * @param status 200 to 299; 0: the endpoint has taken the connection over and nothing is left to
 *     answer
 */
public record Reply(int status, Map<String, String> headers, @Nullable Buffer body) {
  /** The endpoint answers by itself: a stream or a socket. */
  public static final Reply TAKEN_OVER = new Reply(0, Map.of(), null);

  private static final String JSON = "application/json";

  public Reply {
    headers = Map.copyOf(headers);
  }

  public static Reply ok(Object body) {
    return json(200, body);
  }

  /** Made, and where it is. */
  public static Reply created(Object body, String location) {
    return json(201, body).with("Location", location);
  }

  /** Wanted; it will be done. */
  public static Reply accepted(Object body) {
    return json(202, body);
  }

  public static Reply nothing() {
    return new Reply(204, Map.of(), null);
  }

  public static Reply json(int status, Object body) {
    return new Reply(status, Map.of("Content-Type", JSON), ApiJson.buffer(body));
  }

  public static Reply of(String contentType, Buffer body) {
    return new Reply(200, Map.of("Content-Type", contentType), body);
  }

  public Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, more, body);
  }

  /** Adds the version that {@code If-Match} is compared with. */
  public Reply version(long version) {
    return with("ETag", "\"" + version + "\"");
  }
}
