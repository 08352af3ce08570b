package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.contracts.people.User;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** People and their roles. Of a password only its hash comes here. */
public final class UserStore {
  private final Queries database;

  public UserStore(Queries database) {
    this.database = database;
  }

  /** Whether anybody owns the organization: if not, the installation waits for its first owner. */
  public Future<Boolean> hasOwner() {
    return database
        .one(
            """
            select 1 from memberships
              where organization_id = $1 and project_id is null and role = 'owner' limit 1
            """,
            OrganizationStore.DEFAULT)
        .map(row -> row != null);
  }

  /**
   * The first owner of the organization; only while there is none.
   *
   * @throws Problem {@code already_set_up} for everybody who comes later, at the same moment too
   */
  public Future<User> first(String email, String name, String passwordHash) {
    return database.transaction(tx ->
        tx.query("lock table users in share row exclusive mode")
            .compose(locked -> new UserStore(tx).hasOwner())
            .compose(owned ->
                owned
                    ? Future.failedFuture(alreadySetUp())
                    : add(tx, email, name, passwordHash)
                        .compose(id ->
                            new UserStore(tx)
                                .setRole(
                                    id,
                                    new Membership(OrganizationStore.DEFAULT, null, Role.OWNER)))));
  }

  private static Problem alreadySetUp() {
    return Problem.conflict(
        "already_set_up",
        "This installation has an owner already.",
        "Sign in, or let an owner invite you; on the host, ./slipway user reset-password EMAIL sets a"
            + " new password.");
  }

  /** Adds somebody without any role. */
  static Future<String> add(Tx tx, String email, String name, @Nullable String passwordHash) {
    String id = FreshId.of("usr");
    return tx.one(
            """
            insert into users(id, email, name, password_hash, password_changed_at)
              values ($1, $2, $3, $4, now()) on conflict (email) do nothing returning id
            """,
            id,
            email,
            name,
            passwordHash)
        .map(row -> {
          if (row == null) {
            throw Problem.conflict(
                "email_taken",
                "Somebody with the address '" + email + "' is known already.",
                "Sign in; an owner can give a role to who is known already.");
          }
          return id;
        });
  }

  /** Gives somebody a role in place of the one he had there. */
  public Future<User> setRole(String userId, Membership wanted) {
    return database.transaction(tx ->
        tx.query("select 1 from organizations where id = $1 for update", wanted.organizationId())
            .compose(held ->
                tx.one(
                    """
                    delete from memberships where user_id = $1 and organization_id = $2
                      and project_id is not distinct from $3
                      returning project_id is null and role = 'owner' as owned
                    """,
                    userId,
                    wanted.organizationId(),
                    wanted.projectId()))
            .compose(gone ->
                tx.query(
                        """
                        insert into memberships(user_id, organization_id, project_id, role)
                          values ($1, $2, $3, $4)
                        """,
                        userId,
                        wanted.organizationId(),
                        wanted.projectId(),
                        wanted.role().wire())
                    .compose(made -> requireOwner(tx, gone != null && gone.getBoolean("owned"))))
            .compose(sound -> new UserStore(tx).get(userId)));
  }

  /** Takes the role in a project away. */
  public Future<User> leave(String userId, String projectId) {
    return database
        .query("delete from memberships where user_id = $1 and project_id = $2", userId, projectId)
        .compose(done -> get(userId));
  }

  /** Forgets somebody with his sessions, keys and roles. */
  public Future<Void> remove(String userId) {
    return database.transaction(tx ->
        tx.query("select 1 from organizations where id = $1 for update", OrganizationStore.DEFAULT)
            .compose(held -> new UserStore(tx).get(userId))
            .compose(known ->
                tx.query("delete from users where id = $1", userId)
                    .compose(gone ->
                        requireOwner(
                            tx,
                            known.memberships().stream()
                                .anyMatch(
                                    was -> was.projectId() == null && was.role() == Role.OWNER)))));
  }

  /** Refuses a change that took the last owner away. */
  private static Future<Void> requireOwner(Tx tx, boolean wasOwner) {
    return !wasOwner
        ? Future.succeededFuture()
        : new UserStore(tx)
            .hasOwner()
            .map(owned -> {
              if (!owned) {
                throw Problem.conflict(
                    "last_owner",
                    "This is the last owner; without one nobody could let people in.",
                    "Make somebody else an owner first.");
              }
              return null;
            });
  }

  public Future<User> get(String id) {
    return database
        .one(PeopleRows.SELECT + " where u.id = $1", PeopleRows::user, id)
        .map(found -> {
          if (found == null) {
            throw Problem.notFound("user", id);
          }
          return found;
        });
  }

  public Future<Optional<User>> byEmail(String email) {
    return database
        .one(PeopleRows.SELECT + " where u.email = $1", PeopleRows::user, email)
        .map(Optional::ofNullable);
  }

  /** Everybody, oldest first. */
  public Future<List<User>> list(int limit, String after) {
    return database.list(
        PeopleRows.SELECT + " where u.id > $1 order by u.id limit $2",
        PeopleRows::user,
        after,
        limit);
  }

  /**
   * What a sign-in is judged by.
   *
   * @param passwordHash null: no password was ever set
   */
  public record Credentials(User user, @Nullable String passwordHash) {}

  public Future<Optional<Credentials>> credentials(String email) {
    return database
        .one(
            PeopleRows.SELECT + " where u.email = $1",
            row -> new Credentials(PeopleRows.user(row), row.getString("password_hash")),
            email)
        .map(Optional::ofNullable);
  }

  /** Sets a password and ends every session but the one it was changed in. */
  public Future<Void> setPassword(String userId, String hash, @Nullable String keptSession) {
    return database.transaction(tx ->
        tx.query(
                "update users set password_hash = $2, password_changed_at = now() where id = $1",
                userId,
                hash)
            .compose(done -> new SessionStore(tx).endAll(userId, keptSession)));
  }
}
