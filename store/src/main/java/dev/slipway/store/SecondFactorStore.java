package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Optional;

/** Second factors: the secret sealed, recovery codes as hashes, each code taken once. */
public final class SecondFactorStore {
  private final Queries database;
  private final Vault vault;

  public SecondFactorStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * A second factor.
   *
   * @param secret as its owner's device has it
   * @param confirmed it is asked for; before, nobody has shown that he can use it
   */
  public record Factor(String secret, boolean confirmed) {}

  /** Begins, or begins anew; nothing is asked for before it is confirmed. */
  public Future<Void> begin(String userId, String secret) {
    return database
        .one(
            """
            update users set totp_sealed = $2, totp_last_step = 0
              where id = $1 and totp_confirmed_at is null returning id
            """,
            userId,
            vault.seal(secret))
        .map(row -> {
          if (row == null) {
            throw Problem.conflict(
                "second_factor_set",
                "There is a second factor already.",
                "Remove it first: POST /api/second-factor/remove.");
          }
          return null;
        });
  }

  /** Empty: none was ever begun. */
  public Future<Optional<Factor>> of(String userId) {
    return database
        .one(
            "select totp_sealed, totp_confirmed_at from users where id = $1 and totp_sealed is not null",
            row ->
                new Factor(
                    vault.open(row.getString("totp_sealed")),
                    row.getOffsetDateTime("totp_confirmed_at") != null),
            userId)
        .map(Optional::ofNullable);
  }

  /** From now on it is asked for. */
  public Future<Void> confirm(String userId, Collection<String> recoveryHashes) {
    return database.transaction(tx ->
        tx.query("update users set totp_confirmed_at = now() where id = $1", userId)
            .compose(done -> tx.query("delete from recovery_codes where user_id = $1", userId))
            .compose(done ->
                tx.query(
                    "insert into recovery_codes(user_id, hash) select $1, unnest($2::text[])",
                    userId,
                    recoveryHashes.toArray(String[]::new)))
            .mapEmpty());
  }

  /**
   * Takes the code of a time step, and with it all before.
   *
   * @return false when it was taken before
   */
  public Future<Boolean> take(String userId, long step) {
    return database
        .update(
            "update users set totp_last_step = $2 where id = $1 and totp_last_step < $2",
            userId,
            step)
        .map(taken -> taken == 1);
  }

  /** Takes a recovery code; false when there is no such code any more. */
  public Future<Boolean> takeRecovery(String userId, String hash) {
    return database
        .update("delete from recovery_codes where user_id = $1 and hash = $2", userId, hash)
        .map(taken -> taken == 1);
  }

  /** Asks for none any more. */
  public Future<Void> remove(String userId) {
    return database.transaction(tx ->
        tx.query("delete from recovery_codes where user_id = $1", userId)
            .compose(done ->
                tx.query(
                    """
                    update users set totp_sealed = null, totp_confirmed_at = null where id = $1
                    """,
                    userId))
            .mapEmpty());
  }
}
