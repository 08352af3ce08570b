package dev.slipway.gateway.http;

import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.Refusals;
import dev.slipway.gateway.auth.Scope;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that fits the contract, from a caller who may make it. Parameters have their types and
 * defaults.
 *
 * @param parameters by name; header names in lower case
 * @param body the JSON object sent; empty when none was
 * @param text the text sent where the contract takes text; empty otherwise
 */
public record Call(
    HttpServerRequest request,
    Operation operation,
    Caller caller,
    Map<String, Object> parameters,
    JsonObject body,
    String text) {

  /** The same call with this text: what stands for a body that was read part by part. */
  public Call with(String read) {
    return new Call(request, operation, caller, parameters, body, read);
  }

  /** A path parameter, which is always there. */
  public String path(String name) {
    return (String) java.util.Objects.requireNonNull(parameters.get(name), name);
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable((String) parameters.get(name));
  }

  /** A number with a default in the contract, or 0. */
  public long number(String name) {
    return number(name, 0);
  }

  public long number(String name, long otherwise) {
    return parameters.get(name) instanceof Number number ? number.longValue() : otherwise;
  }

  /** A number that may be missing. */
  public @Nullable Long numberOrNull(String name) {
    return parameters.get(name) instanceof Number number ? number.longValue() : null;
  }

  /** A flag with a default in the contract, or false. */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(parameters.get(name));
  }

  /** The version that {@code If-Match} names; null when any will do. */
  public @Nullable Long expectedVersion() {
    String sent = text("if-match").orElse("*").strip();
    if (sent.equals("*")) {
      return null;
    }
    String bare = sent.startsWith("W/") ? sent.substring(2) : sent;
    String version = bare.replace("\"", "");
    if (!version.matches("[0-9]{1,18}")) {
      // No such version was ever given out, so it is not the present one.
      return -1L;
    }
    return Long.valueOf(version);
  }

  /** Refuses with 403 when the caller lacks a scope that only this request needs. */
  public void require(Scope scope, String forWhat) {
    if (!caller.may(scope)) {
      throw Refusals.forbidden(caller, scope, forWhat);
    }
  }

  /** Whether the client would rather have that media type than JSON. */
  public boolean accepts(String mediaType) {
    String accept = request.getHeader("Accept");
    return accept != null && accept.contains(mediaType);
  }

  /** Whether the client wants to go on with a WebSocket. */
  public boolean upgrades() {
    return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
  }
}
