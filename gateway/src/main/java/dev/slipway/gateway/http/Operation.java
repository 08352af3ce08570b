package dev.slipway.gateway.http;

import dev.slipway.gateway.auth.By;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.auth.Subject;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the contract.
 *
 * @param scope what a caller must be allowed; null: anybody may call
 * @param subject what it is about, and so where he must be allowed it
 * @param by who alone may call
 * @param browser a browser may give the key as the password of HTTP Basic
 * @param bodyLimit most bytes of the request's body
 * @param raw the endpoint reads the body itself, as it comes and whatever its type
 * @param body what the body must be; null: there is none
 */
public record Operation(
    String id,
    HttpMethod method,
    String path,
    @Nullable Scope scope,
    Subject subject,
    By by,
    boolean browser,
    int bodyLimit,
    boolean raw,
    List<Parameter> parameters,
    @Nullable Body body) {

  /**
   * A parameter of path, query or header.
   *
   * @param in {@code path}, {@code query} or {@code header}
   */
  public record Parameter(String name, String in, boolean required, JsonObject schema) {}

  /**
   * The body of a request.
   *
   * @param mediaType the one that is shown
   * @param alsoTaken other media types that say the same
   * @param streamed the endpoint reads it by itself, part by part, up to a limit of its own
   */
  public record Body(
      String mediaType,
      List<String> alsoTaken,
      boolean required,
      boolean streamed,
      JsonObject schema) {

    boolean takes(String type) {
      return type.equals(mediaType) || alsoTaken.contains(type);
    }
  }
}
