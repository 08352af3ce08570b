package dev.slipway.gateway.people;

import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.contracts.people.User;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.KnownProject;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.OrganizationStore.Place;
import dev.slipway.store.UserStore.Credentials;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may come in, what he may do, and passwords. */
final class Users {
  private final Stores stores;
  private final Changes changes;
  private final Passwords passwords;
  private final SignInGuard guard;

  Users(Stores stores, Changes changes, Passwords passwords, SignInGuard guard) {
    this.stores = stores;
    this.changes = changes;
    this.passwords = passwords;
    this.guard = guard;
  }

  Future<Reply> list(Call call) {
    return stores
        .users()
        .list(Page.wanted(call), Page.after(call))
        .map(found -> Reply.ok(Page.of(call, found, user -> user, User::id)));
  }

  Future<Reply> get(Call call) {
    return stores.users().get(call.path("id")).map(Reply::ok);
  }

  /** Gives somebody who is known a role, or takes the one in a project away. */
  Future<Reply> setRole(Call call) {
    String id = call.path("id");
    String project = call.body().getString("projectId");
    String role = call.body().getString("role");
    if (role == null && project == null) {
      throw Problem.invalid(
          "role", "may be null only with a projectId; DELETE removes somebody altogether");
    }
    return changes
        .make(
            call,
            "user.role",
            id,
            in ->
                in.users()
                    .get(id)
                    .compose(known -> known(in, project))
                    .compose(known ->
                        role == null
                            ? in.users().leave(id, String.valueOf(project))
                            : in.users()
                                .setRole(
                                    id,
                                    new Membership(
                                        OrganizationStore.DEFAULT, project, Role.of(role)))))
        .map(user -> Reply.ok(shown(call, user)));
  }

  static Future<Void> known(Stores in, @Nullable String project) {
    return project == null ? Future.succeededFuture() : KnownProject.of(in, project).mapEmpty();
  }

  /**
   * A person as the caller may see him: not what he is in projects that are hidden from the caller.
   */
  private static User shown(Call call, User user) {
    List<Membership> seen =
        user.memberships().stream()
            .filter(held -> {
              Place place = new Place(held.organizationId(), held.projectId());
              return call.caller().sees(place);
            })
            .toList();
    return new User(
        user.id(), user.email(), user.name(), user.secondFactor(), seen, user.createdAt());
  }

  /** Removes somebody: his sessions and keys end with the same moment. */
  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "user.remove", id, in -> in.users().remove(id))
        .map(done -> Reply.nothing());
  }

  /** One's own password; all other sessions end. */
  Future<Reply> changePassword(Call call) {
    Caller.Person person = Objects.requireNonNull(call.caller().person());
    return guard
        .take(person.email(), changes.origin(call).address())
        .compose(free -> stores.users().credentials(person.email()))
        .compose(known ->
            passwords.matches(
                call.body().getString("current"),
                known.map(Credentials::passwordHash).orElse(null)))
        .compose(right ->
            right
                ? guard.passed(person.email())
                : Future.failedFuture(Problem.invalid("current", "is not your password")))
        .compose(right ->
            changed(call, person.userId(), person.email(), "password", person.sessionId()));
  }

  /** Anybody's, by an operator on the host; all of his sessions end. */
  Future<Reply> resetPassword(Call call) {
    String email = Email.in(call);
    return stores
        .users()
        .byEmail(email)
        .compose(known ->
            known.isPresent()
                ? changed(call, known.get().id(), email, "password", null)
                : Future.failedFuture(Problem.notFound("user", email)));
  }

  private Future<Reply> changed(
      Call call, String userId, String email, String field, @Nullable String keptSession) {
    return passwords
        .accepted(field, call.body().getString(field), List.of(email, "slipway"))
        .compose(hash ->
            changes.make(
                call,
                "user.password",
                userId,
                in -> in.users().setPassword(userId, hash, keptSession)))
        .map(done -> Reply.nothing());
  }
}
