package dev.slipway.gateway.auth;

import dev.slipway.contracts.key.ApiKey;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the caller behind a request. What the database said of a key is believed for a few seconds,
 * so that a GET costs no statement for it; a revoked key therefore works on for as long at other
 * gateways, and stops here at once. Lives on one event loop.
 */
public final class KeyGuard {
  private static final int REMEMBERED = 1_000;
  private static final Duration BELIEVED = Duration.ofSeconds(5);

  private final KeyStore keys;
  private final Map<String, Answer> answers =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > REMEMBERED;
        }
      };

  public KeyGuard(KeyStore keys) {
    this.keys = keys;
  }

  /** The future is kept, not its value: many requests at once ask the database once. */
  private record Answer(Future<Optional<ApiKey>> key, long until) {}

  /**
   * The caller; fails with 401 when there is none.
   *
   * @param browser HTTP Basic will do, the key as its password
   */
  public Future<Caller> caller(HttpServerRequest request, boolean browser) {
    String key = sent(request, browser);
    if (key == null) {
      return Future.failedFuture(unauthorized("No API key was sent."));
    }
    if (!NewKey.isShaped(key)) {
      return Future.failedFuture(unauthorized("What was sent is not an API key."));
    }
    return found(NewKey.hash(key))
        .map(known ->
            known
                .filter(KeyGuard::isCurrent)
                .map(found -> new Caller(found.id(), found.name(), found.scopes()))
                .orElseThrow(() -> unauthorized("This API key is unknown, revoked or expired.")));
  }

  /** Forgets what it believes: a key was revoked. */
  public void forget() {
    answers.clear();
  }

  private Future<Optional<ApiKey>> found(String hash) {
    long now = System.nanoTime();
    Answer believed = answers.get(hash);
    if (believed != null && believed.until() - now > 0) {
      return believed.key();
    }
    Future<Optional<ApiKey>> asked =
        keys.byHash(hash)
            .onSuccess(found -> found.ifPresent(this::noteUse))
            .onFailure(failure -> answers.remove(hash));
    answers.put(hash, new Answer(asked, now + BELIEVED.toNanos()));
    return asked;
  }

  private void noteUse(ApiKey key) {
    Instant used = key.lastUsedAt();
    if (used == null || used.isBefore(Instant.now().minusSeconds(60))) {
      // Only for people to look at: a failure here must not fail the request.
      keys.used(key.id()).otherwiseEmpty();
    }
  }

  private static boolean isCurrent(ApiKey key) {
    Instant ends = key.expiresAt();
    return ends == null || ends.isAfter(Instant.now());
  }

  private static @Nullable String sent(HttpServerRequest request, boolean browser) {
    String direct = request.getHeader("x-api-key");
    if (direct != null) {
      return direct.strip();
    }
    String authorization = request.getHeader("Authorization");
    if (authorization == null) {
      return null;
    }
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).strip();
    }
    return browser && authorization.regionMatches(true, 0, "Basic ", 0, 6)
        ? password(authorization.substring(6).strip())
        : null;
  }

  private static @Nullable String password(String basic) {
    try {
      String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1).strip();
    } catch (IllegalArgumentException e) {
      return null; // not Base64, so no key was sent
    }
  }

  private static Problem unauthorized(String detail) {
    return new Problem(
        401,
        "unauthorized",
        "Not signed in",
        detail,
        "Send an API key as x-api-key or Authorization: Bearer; ./slipway key create --name NAME makes one.",
        List.of(),
        null);
  }
}
