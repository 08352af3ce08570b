package dev.slipway.gateway.people;

import dev.slipway.contracts.people.Invitation;
import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.OwnSite;
import dev.slipway.gateway.auth.SessionCookie;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.OrganizationStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inviting somebody: a token that is shown once, works once and expires. */
final class Invitations {
  private static final int DAYS = 7;

  private final Stores stores;
  private final Changes changes;
  private final Passwords passwords;
  private final SignInGuard guard;
  private final Sessions sessions;

  Invitations(
      Stores stores, Changes changes, Passwords passwords, SignInGuard guard, Sessions sessions) {
    this.stores = stores;
    this.changes = changes;
    this.passwords = passwords;
    this.guard = guard;
    this.sessions = sessions;
  }

  /** An invitation with its token, which is shown this once. */
  private record View(
      String id,
      String email,
      Role role,
      String organizationId,
      @Nullable String projectId,
      String invitedBy,
      Instant createdAt,
      Instant expiresAt,
      String token) {
    View(Invitation made, String token) {
      this(
          made.id(),
          made.email(),
          made.role(),
          made.organizationId(),
          made.projectId(),
          made.invitedBy(),
          made.createdAt(),
          made.expiresAt(),
          token);
    }
  }

  Future<Reply> create(Call call) {
    String token = SessionCookie.random();
    String email = Email.in(call);
    String project = call.body().getString("projectId");
    Membership wanted =
        new Membership(OrganizationStore.DEFAULT, project, Role.of(call.body().getString("role")));
    return changes
        .make(
            call,
            "user.invite",
            email,
            in ->
                Users.known(in, project)
                    .compose(known -> in.users().byEmail(email))
                    .map(known -> {
                      if (known.isPresent()) {
                        throw knownAlready(email, known.get().id());
                      }
                      return email;
                    })
                    .compose(free ->
                        in.invitations()
                            .invite(email, wanted, NewKey.hash(token), call.caller().name(), DAYS)))
        .map(made -> Reply.created(new View(made, token), "/api/invitations/" + made.id()));
  }

  private static Problem knownAlready(String email, String id) {
    return Problem.conflict(
        "email_taken",
        "Somebody with the address '" + email + "' is known already.",
        "Give him a role: PATCH /api/users/" + id + ".");
  }

  Future<Reply> list(Call call) {
    return stores
        .invitations()
        .list(Page.wanted(call), Page.after(call))
        .map(found -> Reply.ok(Page.of(call, found, each -> each, Invitation::id)));
  }

  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "user.uninvite", id, in -> in.invitations().withdraw(id))
        .map(done -> Reply.nothing());
  }

  /** Whoever has the token chooses a name and a password, and is signed in. */
  Future<Reply> accept(Call call) {
    OwnSite.refuseForeign(call.request());
    String hash = NewKey.hash(call.body().getString("token"));
    String name = call.body().getString("name");
    return guard
        .take(hash, changes.origin(call).address())
        .compose(free ->
            passwords.accepted(
                "password", call.body().getString("password"), List.of(name, "slipway")))
        .compose(password ->
            changes.make(
                Sessions.as(call, new Caller("", "invitation", Set.of())),
                "user.join",
                name,
                in -> in.invitations().accept(hash, name, password)))
        .compose(user -> sessions.signedIn(call, user));
  }
}
