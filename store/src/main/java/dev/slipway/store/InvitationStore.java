package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.people.Invitation;
import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.contracts.people.User;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Invitations, by the hash of the token that was sent out. */
public final class InvitationStore {
  private final Queries database;

  public InvitationStore(Queries database) {
    this.database = database;
  }

  /** Invites somebody for some days; what has expired is forgotten. */
  public Future<Invitation> invite(
      String email, Membership wanted, String hash, String invitedBy, int days) {
    return database
        .query("delete from invitations where expires_at < now()")
        .compose(done ->
            database.one(
                """
                insert into invitations(id, hash, email, role, organization_id, project_id,
                    invited_by, expires_at)
                  values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8)) returning *
                """,
                FreshId.of("inv"),
                hash,
                email,
                wanted.role().wire(),
                wanted.organizationId(),
                wanted.projectId(),
                invitedBy,
                days))
        .map(row -> invitation(Rows.present(row)));
  }

  /** Those that may still be accepted, oldest first. */
  public Future<List<Invitation>> list(int limit, String after) {
    return database.list(
        "select * from invitations where id > $1 and expires_at > now() order by id limit $2",
        InvitationStore::invitation,
        after,
        limit);
  }

  public Future<Void> withdraw(String id) {
    return database
        .one("delete from invitations where id = $1 returning id", id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("invitation", id);
          }
          return null;
        });
  }

  /**
   * Takes an invitation, which is used up by it, and makes its user. Who is known already cannot be
   * made again: nobody's password is replaced by an invitation.
   *
   * @param passwordHash null: he signs in elsewhere
   */
  public Future<User> accept(String hash, String name, @Nullable String passwordHash) {
    return database.transaction(tx ->
        taken(tx, "hash = $1", hash).compose(taken -> welcomed(tx, taken, name, passwordHash)));
  }

  /** Takes what somebody was invited to whom a provider of identities vouches for. */
  public Future<User> acceptVouched(String email, String name) {
    return database.transaction(
        tx -> taken(tx, "email = $1", email).compose(taken -> welcomed(tx, taken, name, null)));
  }

  private static Future<List<Invitation>> taken(Tx tx, String condition, String value) {
    return tx.list(
            "delete from invitations where " + condition + " and expires_at > now() returning *",
            InvitationStore::invitation,
            value)
        .map(found -> {
          if (found.isEmpty()) {
            throw new Problem(
                404,
                "invitation_gone",
                "No such invitation",
                "This invitation is unknown, was accepted or withdrawn, or has expired.",
                "Ask an owner for a new one: ./slipway user invite EMAIL.",
                List.of(),
                null);
          }
          return found;
        });
  }

  private static Future<User> welcomed(
      Tx tx, List<Invitation> taken, String name, @Nullable String passwordHash) {
    Future<String> made = UserStore.add(tx, taken.getFirst().email(), name, passwordHash);
    UserStore users = new UserStore(tx);
    for (Invitation each : taken) {
      made =
          made.compose(id ->
              users
                  .setRole(id, new Membership(each.organizationId(), each.projectId(), each.role()))
                  .map(id));
    }
    return made.compose(users::get);
  }

  private static Invitation invitation(Row row) {
    return new Invitation(
        row.getString("id"),
        row.getString("email"),
        Role.of(row.getString("role")),
        row.getString("organization_id"),
        row.getString("project_id"),
        row.getString("invited_by"),
        Rows.when(row, "created_at"),
        Rows.when(row, "expires_at"));
  }
}
