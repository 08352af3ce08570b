package dev.slipway.store;

import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import java.util.Optional;

/** Sign-ins on their way through a provider of identities, and who its people are here. */
public final class ExternalSignInStore {
  private final Queries database;
  private final Vault vault;

  public ExternalSignInStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * What only whoever began knows.
   *
   * @param nonce that the provider must repeat in its token
   * @param verifier that redeems the provider's code (PKCE)
   */
  public record Begun(String nonce, String verifier) {}

  /** Begins one, for ten minutes; those that took longer are forgotten. */
  public Future<Void> begin(String stateHash, Begun begun) {
    return database
        .query("delete from external_sign_ins where expires_at < now()")
        .compose(done ->
            database.query(
                """
                insert into external_sign_ins(state_hash, nonce, verifier_sealed, expires_at)
                  values ($1, $2, $3, now() + interval '10 minutes')
                """,
                stateHash,
                begun.nonce(),
                vault.seal(begun.verifier())))
        .mapEmpty();
  }

  /** Takes one, once. */
  public Future<Optional<Begun>> take(String stateHash) {
    return database
        .one(
            """
            delete from external_sign_ins where state_hash = $1 and expires_at > now()
              returning nonce, verifier_sealed
            """,
            row -> new Begun(row.getString("nonce"), vault.open(row.getString("verifier_sealed"))),
            stateHash)
        .map(Optional::ofNullable);
  }

  /** Who that is here. */
  public Future<Optional<String>> userOf(String issuer, String subject) {
    return database
        .one(
            "select user_id from external_identities where issuer = $1 and subject = $2",
            row -> row.getString(0),
            issuer,
            subject)
        .map(Optional::ofNullable);
  }

  /** From now on that is who it is. */
  public Future<Void> link(String issuer, String subject, String userId) {
    return database
        .query(
            "insert into external_identities(issuer, subject, user_id) values ($1, $2, $3)",
            issuer,
            subject,
            userId)
        .mapEmpty();
  }
}
