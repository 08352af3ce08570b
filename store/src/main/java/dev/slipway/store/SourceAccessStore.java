package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lets an application's builds in at its repository: a deploy key and credentials, at most one
 * of each. Secrets pass through the vault on their way in and out; only {@link #open} opens them.
 */
public final class SourceAccessStore {
  private final Queries database;
  private final Vault vault;

  public SourceAccessStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * The public half of a deploy key.
   *
   * @param publicKey a line for {@code authorized_keys}
   * @param fingerprint {@code SHA256:…}
   */
  public record DeployKey(
      String publicKey, String fingerprint, Instant createdAt, String createdBy) {}

  /**
   * Credentials without their secret.
   *
   * @param kind {@code token} or {@code github-app}
   * @param settings of a token its {@code username}; of an app its {@code appId}, {@code
   *     installationId} and {@code apiUrl}
   */
  public record Credentials(
      String kind, Map<String, String> settings, Instant updatedAt, String updatedBy) {}

  /**
   * Everything, opened.
   *
   * @param privateKey in OpenSSH's format
   * @param secret the token, or the app's private key as PEM
   */
  public record Access(
      @Nullable String privateKey, @Nullable Credentials credentials, @Nullable String secret) {
    /** Without what it opens. */
    @Override
    public String toString() {
      return "Access[key=" + (privateKey != null) + ", credentials=" + credentials + "]";
    }
  }

  /** Gives the application this key; the one before is worth nothing any more. */
  public Future<Void> putKey(
      ApplicationId id, String publicKey, String fingerprint, String privateKey, String actor) {
    return database
        .query(
            """
            insert into deploy_keys(application_id, public_key, fingerprint, private_sealed, created_by)
              values ($1, $2, $3, $4, $5)
              on conflict (application_id) do update set public_key = $2, fingerprint = $3,
                private_sealed = $4, created_by = $5, created_at = now()
            """,
            id.value(),
            publicKey,
            fingerprint,
            vault.seal(privateKey),
            actor)
        .mapEmpty();
  }

  /** Fails with 404 when it has none. */
  public Future<DeployKey> key(ApplicationId id) {
    return database
        .one("select * from deploy_keys where application_id = $1", id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("deploy key of", id.value());
          }
          return new DeployKey(
              row.getString("public_key"),
              row.getString("fingerprint"),
              Rows.when(row, "created_at"),
              row.getString("created_by"));
        });
  }

  /** Fails with 404 when there is none. */
  public Future<Void> removeKey(ApplicationId id) {
    return removed(
        database.update("delete from deploy_keys where application_id = $1", id.value()),
        "deploy key of",
        id);
  }

  public Future<Void> putCredentials(
      ApplicationId id, String kind, Map<String, String> settings, String secret, String actor) {
    return database
        .query(
            """
            insert into source_credentials(application_id, kind, settings, secret_sealed, updated_by)
              values ($1, $2, cast($3::text as jsonb), $4, $5)
              on conflict (application_id) do update set kind = $2,
                settings = cast($3::text as jsonb), secret_sealed = $4, updated_by = $5,
                updated_at = now()
            """,
            id.value(),
            kind,
            Json.text(settings),
            vault.seal(secret),
            actor)
        .mapEmpty();
  }

  /** Fails with 404 when it has none. */
  public Future<Credentials> credentials(ApplicationId id) {
    return stored(id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("source credentials of", id.value());
          }
          return credentials(row);
        });
  }

  /** Fails with 404 when there are none. */
  public Future<Void> removeCredentials(ApplicationId id) {
    return removed(
        database.update("delete from source_credentials where application_id = $1", id.value()),
        "source credentials of",
        id);
  }

  /** All that a build may present, as it is now. */
  public Future<Access> open(ApplicationId id) {
    var key =
        database
            .one(
                "select private_sealed from deploy_keys where application_id = $1",
                row -> vault.open(row.getString(0)),
                id.value())
            .map(Optional::ofNullable);
    var given = stored(id).map(Optional::ofNullable);
    return Future.all(key, given)
        .map(both -> {
          Row row = given.result().orElse(null);
          return new Access(
              key.result().orElse(null),
              row == null ? null : credentials(row),
              row == null ? null : vault.open(row.getString("secret_sealed")));
        });
  }

  private Future<@Nullable Row> stored(ApplicationId id) {
    return database.one(
        "select c.*, settings::text as settings_text from source_credentials c where application_id = $1",
        id.value());
  }

  @SuppressWarnings("unchecked") // only texts are ever written there
  private static Credentials credentials(Row row) {
    return new Credentials(
        row.getString("kind"),
        Rows.json(row, "settings_text", Map.class),
        Rows.when(row, "updated_at"),
        row.getString("updated_by"));
  }

  private static Future<Void> removed(Future<Integer> rows, String kind, ApplicationId id) {
    return rows.map(count -> {
      if (count == 0) {
        throw Problem.notFound(kind, id.value());
      }
      return null;
    });
  }
}
