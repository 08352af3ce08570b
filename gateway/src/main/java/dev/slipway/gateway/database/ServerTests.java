package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseContract.Tested;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.net.AddressGuard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether servers let us in. Where they are is judged here, before anybody is asked, and once more
 * where the connection is made.
 */
final class ServerTests {
  private final Vertx vertx;
  private final Bus bus;
  private final AddressGuard guard;

  ServerTests(Vertx vertx, Bus bus, AddressGuard guard) {
    this.vertx = vertx;
    this.bus = bus;
    this.guard = guard;
  }

  /** A test as it is told; the last three are null when it went well. */
  private record Told(
      boolean ok,
      @Nullable String serverVersion,
      long tookMs,
      @Nullable String code,
      @Nullable String detail,
      @Nullable String remedy) {}

  /** Tells what came of it, whatever that was. */
  Future<Reply> answer(Call call) {
    return tested(server(call.body())).map(came -> Reply.ok(told(came)));
  }

  /** The version of a server that lets us in; another one is a 422 that says why. */
  Future<@Nullable String> required(Server server) {
    return tested(server)
        .map(came -> {
          Refusal refusal = came.refusal();
          if (refusal != null) {
            throw new Problem(
                422,
                refusal.code(),
                "The server does not let us in",
                refusal.detail(),
                refusal.remedy(),
                List.of(),
                null);
          }
          return came.serverVersion();
        });
  }

  /** Whether a server may be where it is; fails with {@code address_refused} and the like. */
  Future<Void> permitted(String host) {
    return vertx
        .executeBlocking(() -> guard.resolve(host), false)
        .recover(failure -> Future.failedFuture(told(failure)))
        .mapEmpty();
  }

  /** The guard speaks of deployments; here nothing is deployed. */
  private static Throwable told(Throwable failure) {
    return failure instanceof Problem problem
        ? new Problem(
            problem.status(),
            problem.code(),
            "The server cannot be asked",
            problem.detail(),
            problem.remedy(),
            List.of(),
            problem)
        : failure;
  }

  private Future<Tested> tested(Server server) {
    return permitted(server.host())
        .compose(allowed -> bus.ask(DatabaseContract.TEST, server))
        .recover(failure ->
            failure instanceof Problem problem && problem.status() == 422
                ? Future.succeededFuture(refused(problem))
                : Future.failedFuture(failure));
  }

  private static Tested refused(Problem problem) {
    return new Tested(null, 0, new Refusal(problem.code(), problem.detail(), problem.remedy()));
  }

  private static Told told(Tested came) {
    Refusal refusal = came.refusal();
    return refusal == null
        ? new Told(true, came.serverVersion(), came.tookMs(), null, null, null)
        : new Told(false, null, came.tookMs(), refusal.code(), refusal.detail(), refusal.remedy());
  }

  private static Server server(JsonObject sent) {
    String engine = sent.getString("engine");
    DatabaseEngine wanted =
        engine == null ? null : DatabaseEngine.valueOf(engine.toUpperCase(Locale.ROOT));
    String url = sent.getString("url");
    if (url != null) {
      requireAlone(sent);
      return ServerUrl.read(url, wanted);
    }
    String host = sent.getString("host");
    if (wanted == null || host == null) {
      throw Problem.invalid(
          wanted == null ? "engine" : "host", "is missing; give url, or engine and host");
    }
    return new Server(
        wanted,
        host,
        sent.getInteger("port", wanted.port()),
        sent.getString("user", wanted.namesDatabases() ? "" : "default"),
        sent.getString("password", ""),
        sent.getString("database", ""),
        Boolean.TRUE.equals(sent.getBoolean("tls")));
  }

  private static void requireAlone(JsonObject sent) {
    List<String> others = new ArrayList<>(sent.fieldNames());
    others.removeAll(List.of("url", "engine", "projectId"));
    if (!others.isEmpty()) {
      throw Problem.invalid(others.getFirst(), "is said by url already");
    }
  }
}
