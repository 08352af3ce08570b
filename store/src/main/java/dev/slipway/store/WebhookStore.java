package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.WebhookDelivery.Conclusion;
import dev.slipway.store.WebhookDelivery.Outcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks of applications: their secrets, the inbox of deliveries, and the count of refusals. */
public final class WebhookStore {
  private static final String COLUMNS =
      """
      select id, provider, sender_id, event, headers::text as headers_text, outcome, reason, detail,
          branch, tag, commit_sha, commit_message, committed_at, pusher, deployment_id, replay_of,
          attempts, received_at, last_received_at from webhook_deliveries
      """;

  private final Queries database;
  private final Vault vault;

  public WebhookStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  // ---- secrets and refusals

  /** The secret that deliveries of this application must prove to know; empty: none was made. */
  public Future<Optional<String>> secret(String application) {
    return database
        .one(
            """
            select s.secret_sealed from webhook_secrets s
              join applications a on a.id = s.application_id
              where s.application_id = $1 and not a.deleting
            """,
            application)
        .map(row -> Optional.ofNullable(row).map(found -> vault.open(found.getString(0))));
  }

  /** Replaces the secret; the one before is void from the commit on. */
  public Future<Void> rotate(ApplicationId application, String secret, String actor) {
    return database
        .query(
            """
            insert into webhook_secrets(application_id, secret_sealed, rotated_by)
              values ($1, $2, $3)
              on conflict (application_id) do update
                set secret_sealed = $2, rotated_by = $3, rotated_at = now()
            """,
            application.value(),
            vault.seal(secret),
            actor)
        .mapEmpty();
  }

  /**
   * How a webhook is set up.
   *
   * @param rotatedAt when its secret was made; null: it has none
   * @param refused calls that did not know the secret, or came before there was one
   */
  public record Setup(
      @Nullable Instant rotatedAt,
      @Nullable String rotatedBy,
      long refused,
      @Nullable Instant lastRefusedAt) {}

  public Future<Setup> setup(ApplicationId application) {
    return database
        .one(
            """
            select s.rotated_at, s.rotated_by, coalesce(r.refused, 0) as refused, r.last_at
              from (select $1::text as id) a
              left join webhook_secrets s on s.application_id = a.id
              left join webhook_refusals r on r.application_id = a.id
            """,
            application.value())
        .map(row -> {
          Row found = Rows.present(row);
          return new Setup(
              Rows.at(found, "rotated_at"),
              found.getString("rotated_by"),
              found.getLong("refused"),
              Rows.at(found, "last_at"));
        });
  }

  /** Adds to the counts of refused calls; what is no application is left out. */
  public Future<Void> refused(Map<String, Long> counts) {
    Map<String, Long> ordered = new java.util.TreeMap<>(counts);
    return database
        .query(
            """
            insert into webhook_refusals(application_id, refused)
              select a.id, c.refused from unnest($1::text[], $2::bigint[]) as c(id, refused)
                join applications a on a.id = c.id order by a.id
              on conflict (application_id) do update
                set refused = webhook_refusals.refused + excluded.refused, last_at = now()
            """,
            ordered.keySet().toArray(String[]::new),
            ordered.values().toArray(Long[]::new))
        .mapEmpty();
  }

  // ---- the inbox

  /**
   * A delivery as it came.
   *
   * @param bodyHash set where the sender never sends one body twice: then it counts as an id too
   */
  public record Arrival(
      String id,
      ApplicationId application,
      String provider,
      String senderId,
      String event,
      Map<String, String> headers,
      Buffer body,
      @Nullable String bodyHash,
      @Nullable String replayOf) {}

  /**
   * Puts a delivery into the inbox, unread. Who brings the same one at the same time waits for the
   * end of this transaction.
   *
   * @return false when it is there already
   */
  public Future<Boolean> arrived(Arrival arrival) {
    return database
        .one(
            """
            insert into webhook_deliveries(id, application_id, provider, sender_id, event, headers,
                body, body_hash, replay_of, outcome)
              values ($1, $2, $3, $4, $5, cast($6::text as jsonb), $7, $8, $9, 'unread')
              on conflict do nothing returning id
            """,
            arrival.id(),
            arrival.application().value(),
            arrival.provider(),
            arrival.senderId(),
            arrival.event(),
            Json.text(arrival.headers()),
            arrival.body(),
            arrival.bodyHash(),
            arrival.replayOf())
        .map(row -> row != null);
  }

  /** Counts one more arrival of a delivery that is there already, and tells what it is. */
  public Future<WebhookDelivery> cameAgain(Arrival arrival) {
    return database
        .one(
            """
            update webhook_deliveries set attempts = attempts + 1, last_received_at = now()
              where application_id = $1 and (provider = $2 and sender_id = $3 or body_hash = $4)
              returning id
            """,
            arrival.application().value(),
            arrival.provider(),
            arrival.senderId(),
            arrival.bodyHash())
        .compose(row -> get(arrival.application(), Rows.present(row).getString(0)));
  }

  /** Notes what a delivery of this transaction told and what came of it. */
  public Future<Void> conclude(String id, Conclusion told) {
    return database
        .query(
            """
            update webhook_deliveries set outcome = $2, reason = $3, detail = $4, branch = $5,
                tag = $6, commit_sha = $7, commit_message = $8, committed_at = $9, pusher = $10,
                deployment_id = $11
              where id = $1
            """,
            id,
            told.outcome().wire(),
            told.reason(),
            told.detail(),
            told.branch(),
            told.tag(),
            told.commit(),
            told.message(),
            told.committedAt(),
            told.pusher(),
            told.deploymentId())
        .mapEmpty();
  }

  /**
   * The application as it is described now. Its deliveries are judged one after the other: the row
   * is locked as a deployment's request locks it.
   */
  public Future<Optional<ApplicationConfig>> hold(ApplicationId application) {
    return database
        .one(
            """
            select config::text as config_text from applications
              where id = $1 and not deleting for no key update
            """,
            application.value())
        .map(row ->
            Optional.ofNullable(row)
                .map(found -> Rows.json(found, "config_text", ApplicationConfig.class)));
  }

  /** When the newest commit was made that a tag has deployed; empty: no tag has. */
  public Future<Optional<Instant>> newestTag(ApplicationId application) {
    return database
        .one(
            """
            select max(committed_at) as newest from webhook_deliveries
              where application_id = $1 and tag is not null and outcome = 'deployed'
            """,
            application.value())
        .map(row -> Optional.ofNullable(Rows.at(Rows.present(row), "newest")));
  }

  // ---- what readers ask

  /** Newest first, after the last one of the page before; empty: the first page. */
  public Future<List<WebhookDelivery>> list(ApplicationId application, String before, int limit) {
    return database.list(
        COLUMNS
            + """
             where application_id = $1 and ($2 = '' or id < $2) order by id desc limit $3
            """,
        WebhookStore::delivery,
        application.value(),
        before,
        limit);
  }

  public Future<WebhookDelivery> get(ApplicationId application, String id) {
    return database
        .one(COLUMNS + " where application_id = $1 and id = $2", application.value(), id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("delivery", id);
          }
          return delivery(row);
        });
  }

  /** The body of a delivery as it was signed; empty: only the newest ones are kept. */
  public Future<Optional<Buffer>> body(ApplicationId application, String id) {
    return database
        .one(
            "select body from webhook_deliveries where application_id = $1 and id = $2",
            application.value(),
            id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("delivery", id);
          }
          return Optional.ofNullable(row.getBuffer(0));
        });
  }

  private static WebhookDelivery delivery(Row row) {
    Map<String, String> headers = new LinkedHashMap<>();
    Json.tree(row.getString("headers_text"))
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return new WebhookDelivery(
        row.getString("id"),
        row.getString("provider"),
        row.getString("sender_id"),
        row.getString("event"),
        headers,
        new Conclusion(
            Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
            row.getString("reason"),
            row.getString("detail"),
            row.getString("branch"),
            row.getString("tag"),
            row.getString("commit_sha"),
            row.getString("commit_message"),
            Rows.at(row, "committed_at"),
            row.getString("pusher"),
            row.getString("deployment_id")),
        row.getInteger("attempts"),
        row.getString("replay_of"),
        Rows.when(row, "received_at"),
        Rows.when(row, "last_received_at"));
  }
}
