package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.Callers;
import dev.slipway.gateway.auth.Permissions;
import dev.slipway.gateway.auth.Scope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of every API request: who calls, what is it, may he, does it fit the contract, then its
 * endpoint. Whatever fails on the way is answered as a problem, in one place.
 */
public final class Api {
  private final Contract contract;
  private final Callers callers;
  private final Permissions permissions;
  private final RequestCheck check;
  private final PathTree routes = new PathTree();
  private final List<String> offered = new ArrayList<>();

  public Api(Contract contract, Callers callers, Permissions permissions) {
    this.contract = contract;
    this.callers = callers;
    this.permissions = permissions;
    this.check = new RequestCheck(contract.schemas());
  }

  /** Offers an operation of the contract. */
  public Api offer(String operationId, Endpoint endpoint) {
    routes.add(contract.operation(operationId), endpoint);
    offered.add(operationId);
    return this;
  }

  /** What the contract promises and nobody offers; empty when all is well. */
  public List<String> missing() {
    return contract.operations().stream()
        .map(Operation::id)
        .filter(id -> !offered.contains(id))
        .toList();
  }

  /** Answers a request under {@code /api}. */
  public void handle(HttpServerRequest request) {
    request.pause(); // nothing of the body may pass by while the key is looked up
    answer(request)
        .onSuccess(reply -> send(request, reply))
        .onFailure(failure -> fail(request, failure));
  }

  private Future<Reply> answer(HttpServerRequest request) {
    try {
      return switch (routes.match(request.method(), decoded(request))) {
        case PathTree.Found found -> answer(request, found);
        case PathTree.OtherMethods others ->
            callers
                .caller(request, false)
                .compose(known -> {
                  request.response().putHeader("Allow", others.allowed());
                  return Future.failedFuture(wrongMethod(request, others.allowed()));
                });
        case PathTree.Unknown unknown ->
            callers
                .caller(request, false)
                .compose(known -> Future.failedFuture(unknownPath(request)));
      };
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Reply> answer(HttpServerRequest request, PathTree.Found found) {
    Operation operation = found.operation();
    return caller(request, found)
        .compose(known -> {
          Map<String, Object> parameters = check.parameters(operation, request, found.parameters());
          check.mediaType(operation, request);
          return body(request, operation)
              .compose(sent -> {
                JsonObject body = check.object(operation, sent);
                return narrowed(known, found, parameters, body)
                    .compose(judged ->
                        found
                            .endpoint()
                            .answer(
                                new Call(
                                    request,
                                    operation,
                                    judged,
                                    parameters,
                                    body,
                                    check.text(operation, sent))));
              });
        });
  }

  /** Who calls, and may he: the one place where that is decided, for every operation. */
  private Future<Caller> caller(HttpServerRequest request, PathTree.Found found) {
    Permissions.Wish wish = wish(found.operation());
    return wish == null
        ? Future.succeededFuture(Caller.ANYBODY)
        : callers
            .caller(request, found.operation().browser())
            .compose(known -> permissions.judged(known, wish, found.parameters()));
  }

  /** The same for what only the body tells. */
  private Future<Caller> narrowed(
      Caller known, PathTree.Found found, Map<String, Object> parameters, JsonObject body) {
    Permissions.Wish wish = wish(found.operation());
    return wish == null
        ? Future.succeededFuture(known)
        : permissions.judged(known, wish, found.parameters(), told(parameters, body));
  }

  /** Where a body is not JSON, the query says what it is about. */
  private static JsonObject told(Map<String, Object> parameters, JsonObject body) {
    JsonObject told = new JsonObject();
    parameters.forEach(told::put);
    return told.mergeIn(body);
  }

  private static Permissions.@Nullable Wish wish(Operation operation) {
    Scope scope = operation.scope();
    return scope == null ? null : new Permissions.Wish(scope, operation.subject(), operation.by());
  }

  /**
   * A request without a body keeps being paused: its connection may be about to become a socket. So
   * does one whose endpoint reads the body itself.
   */
  private static Future<Buffer> body(HttpServerRequest request, Operation operation) {
    Operation.Body taken = operation.body();
    boolean none =
        request.method() == HttpMethod.GET
            || request.method() == HttpMethod.HEAD
            || operation.raw()
            || (taken != null && taken.streamed());
    return none
        ? Future.succeededFuture(Buffer.buffer())
        : BodyReader.read(request, operation.bodyLimit());
  }

  private static String decoded(HttpServerRequest request) {
    String path = request.path();
    if (path == null || path.indexOf('%') < 0) {
      return path == null ? "/" : path;
    }
    try {
      String decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (SchemaCheck.isStorable(decoded)) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // Told below, in the same words as a character nobody may send.
    }
    throw new Problem(
        400,
        "malformed_url",
        "The address cannot be read",
        "The path has a % that is not followed by the code of a character.",
        "Encode the path as URLs need it.",
        List.of(),
        null);
  }

  private static void send(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (reply.status() == 0 || response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    if (response.headers().get("Cache-Control") == null) {
      response.putHeader("Cache-Control", "no-store");
    }
    Buffer body = reply.body();
    if (request.method() == HttpMethod.HEAD && body != null) {
      response.putHeader("Content-Length", String.valueOf(body.length())).end();
    } else if (body == null) {
      response.end();
    } else {
      response.end(body);
    }
    BodyReader.drain(request);
  }

  private static void fail(HttpServerRequest request, Throwable failure) {
    if (failure instanceof Problem problem && problem.status() == 401) {
      boolean browser = "/api/docs".equals(request.path());
      request
          .response()
          .putHeader(
              "WWW-Authenticate",
              browser ? "Basic realm=\"Slipway: an API key as the password\"" : "Bearer");
    }
    Problems.answer(request, failure);
  }

  private static Problem wrongMethod(HttpServerRequest request, String allowed) {
    return new Problem(
        405,
        "method_not_allowed",
        "Not that way",
        request.method() + " is not possible here; " + allowed + " is.",
        "Look the path up in GET /api/openapi.json.",
        List.of(),
        null);
  }

  private static Problem unknownPath(HttpServerRequest request) {
    String path = request.path();
    String shown = path == null || path.length() > 200 ? "that path" : path;
    return new Problem(
        404,
        "not_found",
        "Not found",
        "There is nothing at " + shown + ".",
        "Look the paths up in GET /api/openapi.json.",
        List.of(),
        null);
  }
}
