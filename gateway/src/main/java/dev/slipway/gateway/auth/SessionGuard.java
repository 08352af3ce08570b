package dev.slipway.gateway.auth;

import dev.slipway.gateway.auth.Caller.Person;
import dev.slipway.store.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;

/**
 * Finds the person behind a session. Nothing is remembered: one statement a request, so that who is
 * removed, given less or signed out is so with his next request, at every gateway.
 */
final class SessionGuard {
  private final SessionStore sessions;

  SessionGuard(SessionStore sessions) {
    this.sessions = sessions;
  }

  Future<Caller> caller(HttpServerRequest request, String cookie) {
    OwnSite.requireOwn(request);
    return sessions
        .holder(NewKey.hash(cookie))
        .map(found ->
            found.orElseThrow(
                () -> Refusals.unauthorized("This session is unknown, was ended or has expired.")))
        .map(this::known);
  }

  private Caller known(SessionStore.Holder holder) {
    if (holder.lastSeenAt().isBefore(Instant.now().minusSeconds(60))) {
      // A session that cannot be kept fresh just now ends sooner, and no request fails for it.
      sessions.seen(holder.sessionId()).otherwiseEmpty();
    }
    return Caller.signedIn(
        new Person(holder.userId(), holder.email(), holder.sessionId(), holder.memberships()));
  }
}
