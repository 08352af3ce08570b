package dev.slipway.gateway.people;

import dev.slipway.contracts.people.User;
import dev.slipway.contracts.people.UserSession;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.OwnSite;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.auth.SessionCookie;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Origin;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.UserStore.Credentials;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and who is signed in. */
final class Sessions {
  private final Stores stores;
  private final Changes changes;
  private final Passwords passwords;
  private final SignInGuard guard;
  private final SecondFactors factors;

  Sessions(
      Stores stores,
      Changes changes,
      Passwords passwords,
      SignInGuard guard,
      SecondFactors factors) {
    this.stores = stores;
    this.changes = changes;
    this.passwords = passwords;
    this.guard = guard;
    this.factors = factors;
  }

  /**
   * Who is calling.
   *
   * @param user null: a key of the installation
   * @param sessionId null: a key, no session
   */
  private record Who(
      @Nullable User user, @Nullable String sessionId, String name, Set<String> scopes) {}

  /** Signs in; the cookie is all that a browser needs. */
  Future<Reply> create(Call call) {
    OwnSite.refuseForeign(call.request());
    String email = Email.in(call);
    return guard
        .take(email, changes.origin(call).address())
        .compose(free -> stores.users().credentials(email))
        .compose(known -> checked(known, call.body().getString("password")))
        .compose(
            user -> factors.requireCode(user, call.body().getString("code")).map(shown -> user))
        .compose(user -> guard.passed(email).map(user))
        .compose(user -> signedIn(call, user));
  }

  /** The same refusal after the same work, whether there is such a person or not. */
  private Future<User> checked(Optional<Credentials> known, String password) {
    return passwords
        .matches(password, known.map(Credentials::passwordHash).orElse(null))
        .map(right -> {
          if (!right) {
            throw new Problem(
                401,
                "wrong_credentials",
                "Not signed in",
                "There is nobody with this address and this password.",
                "Check both; an operator on the host sets a new one with ./slipway user reset-password"
                    + " EMAIL.",
                List.of(),
                null);
          }
          return known.orElseThrow().user();
        });
  }

  /** Opens a session for somebody who has proved who he is. */
  Future<Reply> signedIn(Call call, User user) {
    String cookie = SessionCookie.random();
    Origin from = changes.origin(call);
    String agent = Optional.ofNullable(from.userAgent()).orElse("");
    Caller caller = new Caller(user.id(), user.email(), Set.of());
    return changes
        .make(
            as(call, caller),
            "session.create",
            user.id(),
            in -> in.sessions().open(user.id(), NewKey.hash(cookie), from.address(), agent))
        .map(made ->
            Reply.created(made, "/api/sessions/" + made.id())
                .with("Set-Cookie", SessionCookie.given(call.request(), cookie)));
  }

  /** Who is calling, and what he may do somewhere. */
  Future<Reply> get(Call call) {
    Caller caller = call.caller();
    Set<String> scopes = new TreeSet<>(caller.scopes());
    Caller.Person person = caller.person();
    return person == null
        ? Future.succeededFuture(Reply.ok(new Who(null, null, caller.name(), scopes)))
        : stores
            .users()
            .get(person.userId())
            .map(user -> Reply.ok(new Who(user, person.sessionId(), caller.name(), scopes)));
  }

  /** Signs out. */
  Future<Reply> deleteOwn(Call call) {
    String id = Objects.requireNonNull(Objects.requireNonNull(call.caller().person()).sessionId());
    return ended(call, id)
        .map(done -> Reply.nothing().with("Set-Cookie", SessionCookie.taken(call.request())));
  }

  /** One's own; everybody's for the installation's administration. */
  Future<Reply> list(Call call) {
    return stores
        .sessions()
        .list(whose(call.caller()), Page.wanted(call), Page.after(call))
        .map(found -> Reply.ok(Page.of(call, found, session -> session, UserSession::id)));
  }

  Future<Reply> delete(Call call) {
    return ended(call, call.path("id")).map(done -> Reply.nothing());
  }

  private Future<Void> ended(Call call, String id) {
    String whose = whose(call.caller());
    return changes.make(call, "session.end", id, in -> in.sessions().end(id, whose));
  }

  private static @Nullable String whose(Caller caller) {
    return caller.isInstallation() && !caller.may(Scope.ADMIN) ? "" : caller.ownOnly();
  }

  /** A call as it stands in the audit: by whom it turned out to be. */
  static Call as(Call call, Caller caller) {
    return new Call(
        call.request(), call.operation(), caller, call.parameters(), call.body(), call.text());
  }
}
