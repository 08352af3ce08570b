package dev.slipway.gateway.auth;

import dev.slipway.contracts.key.ApiKey;
import dev.slipway.gateway.auth.Caller.Person;
import dev.slipway.store.KeyStore;
import dev.slipway.store.KeyStore.Holder;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the caller behind a key. What the database said of a key of the installation is believed
 * for a few seconds, so that a GET costs no statement for it; a revoked key therefore works on for
 * as long at other gateways, and stops here at once. A person's key is asked for every time: it may
 * do what its holder may at this moment. Lives on one event loop.
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
  private record Answer(Future<Optional<Holder>> key, long until) {}

  /** The caller; fails with 401 when that is no key that works. */
  Future<Caller> caller(String key) {
    if (!NewKey.isShaped(key)) {
      return Future.failedFuture(Refusals.unauthorized("What was sent is not an API key."));
    }
    return found(NewKey.hash(key))
        .map(known ->
            known
                .filter(found -> isCurrent(found.key()))
                .map(KeyGuard::caller)
                .orElseThrow(
                    () -> Refusals.unauthorized("This API key is unknown, revoked or expired.")));
  }

  private static Caller caller(Holder holder) {
    ApiKey key = holder.key();
    String user = key.userId();
    String email = holder.email();
    return user == null || email == null
        ? Caller.ofInstallation(key.id(), key.name(), key.scopes(), key.projectId())
        : new Caller(
            key.id(),
            email + " (key " + key.name() + ")",
            key.scopes(),
            new Person(user, email, null, holder.memberships()),
            key.projectId());
  }

  /** Forgets what it believes: a key was revoked. */
  public void forget() {
    answers.clear();
  }

  private Future<Optional<Holder>> found(String hash) {
    long now = System.nanoTime();
    Answer believed = answers.get(hash);
    if (believed != null && believed.until() - now > 0) {
      return believed.key();
    }
    Future<Optional<Holder>> asked =
        keys.byHash(hash)
            .onSuccess(found -> found.ifPresent(holder -> noteUse(holder.key())))
            .onFailure(failure -> answers.remove(hash))
            .onSuccess(found -> {
              if (found.isPresent() && found.get().key().userId() != null) {
                answers.remove(hash);
              }
            });
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
}
