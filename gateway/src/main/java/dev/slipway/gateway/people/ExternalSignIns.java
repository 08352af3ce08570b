package dev.slipway.gateway.people;

import dev.slipway.contracts.people.User;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.SessionCookie;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.people.OidcProvider.Identity;
import dev.slipway.store.ExternalSignInStore.Begun;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signing in with a provider of identities. Who comes back must be in the browser that was sent
 * there, within ten minutes, once. He is known by what the provider calls him; the first time his
 * verified address must be one that was invited.
 */
final class ExternalSignIns {
  private static final String COOKIE = "slipway_oidc";

  private final Stores stores;
  private final Changes changes;
  private final SignInGuard guard;
  private final Sessions sessions;
  private final BoundedThreads threads;
  private final @Nullable OidcProvider provider;

  ExternalSignIns(
      Stores stores,
      Changes changes,
      SignInGuard guard,
      Sessions sessions,
      BoundedThreads threads,
      @Nullable OidcConfig config) {
    this.stores = stores;
    this.changes = changes;
    this.guard = guard;
    this.sessions = sessions;
    this.threads = threads;
    this.provider = config == null ? null : new OidcProvider(config);
  }

  /** Sends the browser to the provider. */
  Future<Reply> begin(Call call) {
    OidcProvider known = provider();
    String state = SessionCookie.random();
    Begun begun = new Begun(SessionCookie.random(), SessionCookie.random());
    return guard
        .takeFrom(changes.origin(call).address())
        .compose(free -> stores.externalSignIns().begin(NewKey.hash(state), begun))
        .compose(
            done -> threads.run(() -> known.authorization(state, begun.nonce(), begun.verifier())))
        .map(there ->
            redirect(there.toString())
                .with(
                    "Set-Cookie",
                    SessionCookie.header(call.request(), COOKIE, state, "/api/session/oidc", 600)));
  }

  /** Takes who comes back from there. */
  Future<Reply> callback(Call call) {
    OidcProvider known = provider();
    String state = call.text("state").orElse("");
    String code = call.text("code").orElse("");
    if (state.isEmpty() || code.isEmpty() || !isOfThisBrowser(call, state)) {
      throw OidcProvider.refused("This sign-in was not begun here, or not finished there.", null);
    }
    return guard
        .takeFrom(changes.origin(call).address())
        .compose(free -> stores.externalSignIns().take(NewKey.hash(state)))
        .map(begun ->
            begun.orElseThrow(() ->
                OidcProvider.refused("This sign-in took too long, or was used already.", null)))
        .compose(begun -> threads.run(() -> known.identity(code, begun.nonce(), begun.verifier())))
        .compose(identity -> user(call, identity))
        .compose(user -> sessions.signedIn(call, user))
        .map(reply ->
            redirect("/")
                .with("Set-Cookie", Objects.requireNonNull(reply.headers().get("Set-Cookie"))));
  }

  private static boolean isOfThisBrowser(Call call, String state) {
    Cookie sent = call.request().getCookie(COOKIE);
    return sent != null
        && MessageDigest.isEqual(
            sent.getValue().getBytes(StandardCharsets.UTF_8),
            state.getBytes(StandardCharsets.UTF_8));
  }

  private Future<User> user(Call call, Identity identity) {
    return stores
        .externalSignIns()
        .userOf(identity.issuer(), identity.subject())
        .compose(known ->
            known.isPresent() ? stores.users().get(known.get()) : welcomed(call, identity));
  }

  private Future<User> welcomed(Call call, Identity identity) {
    String email = identity.email();
    if (email == null) {
      throw OidcProvider.refused("The provider does not say that the address is yours.", null);
    }
    return changes
        .make(
            Sessions.as(call, new Caller("", email, Set.of())),
            "user.join",
            email,
            in ->
                in.invitations()
                    .acceptVouched(email, identity.name())
                    .compose(user ->
                        in.externalSignIns()
                            .link(identity.issuer(), identity.subject(), user.id())
                            .map(user)))
        .recover(failure ->
            Future.failedFuture(
                failure instanceof Problem problem && problem.status() < 500
                    ? OidcProvider.refused("Nobody invited " + email + ".", problem)
                    : failure));
  }

  private OidcProvider provider() {
    return Optional.ofNullable(provider)
        .orElseThrow(() ->
            new Problem(
                404,
                "no_provider",
                "Not found",
                "No provider of identities is set up here.",
                "Set SLIPWAY_OIDC_ISSUER and the settings beside it, or sign in with a password.",
                List.of(),
                null));
  }

  private static Reply redirect(String location) {
    return new Reply(302, Map.of("Location", location), null);
  }
}
