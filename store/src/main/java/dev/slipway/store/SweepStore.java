package dev.slipway.store;

import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Removes old rows, a bounded batch a transaction: each finds its rows through an index from the
 * old end, and proves the lease of whoever sweeps. A batch that removes nothing means there is
 * nothing left to remove.
 */
public final class SweepStore {
  /** Rows of one batch: a few milliseconds of locks. */
  public static final int BATCH = 1_000;

  /** Segments an application's log may have, whatever their size. */
  public static final int MOST_SEGMENTS = 200_000;

  /** Archives of one batch: their parts go with them. */
  private static final int ARCHIVES = 10;

  private final Queries database;

  public SweepStore(Queries database) {
    this.database = database;
  }

  /** What a batch removed. */
  public record Swept(long rows, long bytes) {
    public static final Swept NOTHING = new Swept(0, 0);

    public Swept plus(Swept other) {
      return new Swept(rows + other.rows, bytes + other.bytes);
    }
  }

  // ---- logs

  /**
   * The next log streams after a name, by name. A walk from stream to stream: one probe of the
   * primary key each, however many segments there are.
   */
  public Future<List<String>> streams(String after, int limit) {
    return database.list(
        """
        with recursive walk(stream, n) as (
          (select stream, 1 from log_segments where stream > $1 order by stream limit 1)
          union all
          select (select s.stream from log_segments s where s.stream > w.stream
                    order by s.stream limit 1), w.n + 1
            from walk w where w.stream is not null and w.n < $2)
        select stream from walk where stream is not null
        """,
        row -> row.getString(0),
        after,
        limit);
  }

  /**
   * Those of these streams whose application, database, deployment, backup or restore is gone, an
   * hour after their last line.
   */
  public Future<List<String>> orphaned(List<String> streams) {
    return database.list(
        """
        select s.stream from unnest($1::text[]) as s(stream)
          where s.stream ~ '^([adbr]|db):' and not exists (select 1 from applications
              where s.stream like 'a:%' and id = substr(s.stream, 3))
            and not exists (select 1 from deployments
              where s.stream like 'd:%' and id = substr(s.stream, 3))
            and not exists (select 1 from backups
              where s.stream like 'b:%' and id = substr(s.stream, 3))
            and not exists (select 1 from restores
              where s.stream like 'r:%' and id = substr(s.stream, 3))
            and not exists (select 1 from databases
              where s.stream like 'db:%' and id = substr(s.stream, 4))
            and (select created_at from log_segments l where l.stream = s.stream
              order by last_seq desc limit 1) < now() - interval '1 hour'
        """,
        row -> row.getString(0), (Object) streams.toArray(String[]::new));
  }

  /**
   * The last number of a stream that is too old or too much; 0 when nothing is. The newest segment
   * stays whatever its age, because the next line's number follows from it. Reads at most {@link
   * #MOST_SEGMENTS} rows.
   */
  public Future<Long> surplus(String stream, Duration oldest, long bytes) {
    return database
        .one(
            """
            select coalesce(max(last_seq) filter (where newer > 0 and (newer >= $4 or held > $3
                or created_at < now() - $2 * interval '1 millisecond')), 0)
              from (select last_seq, created_at, sum(octet_length(lines)) over newest_first as held,
                  row_number() over newest_first - 1 as newer
                from (select * from log_segments where stream = $1
                  order by last_seq desc limit $4 + 1) newest
                window newest_first as (order by last_seq desc)) s
            """,
            stream,
            oldest.toMillis(),
            bytes,
            MOST_SEGMENTS)
        .map(row -> Rows.present(row).getLong(0));
  }

  /** A batch of a stream's segments up to a number, oldest first. */
  public Future<Swept> segments(Lease lease, String stream, long upTo) {
    return leased(
        lease,
        tx ->
            tx.one(
                """
                with gone as (
                  delete from log_segments where ctid = any (array(
                    select ctid from log_segments where stream = $1 and last_seq <= $2
                      order by last_seq limit $3))
                  returning octet_length(lines) as size)
                select count(*) as rows, coalesce(sum(size), 0)::bigint as bytes from gone
                """,
                row -> new Swept(row.getLong(0), row.getLong(1)),
                stream,
                upTo,
                BATCH));
  }

  /** What is remembered of streams whose application or deployment is gone for a day. */
  public Future<Swept> orphanedStreams(Lease lease) {
    return count(
        lease,
        """
        delete from log_streams where ctid = any (array(
          select ctid from log_streams s where updated_at < now() - interval '1 day'
            and stream ~ '^([adbr]|db):'
            and not exists (select 1 from applications
              where s.stream like 'a:%' and id = substr(s.stream, 3))
            and not exists (select 1 from deployments
              where s.stream like 'd:%' and id = substr(s.stream, 3))
            and not exists (select 1 from backups
              where s.stream like 'b:%' and id = substr(s.stream, 3))
            and not exists (select 1 from restores
              where s.stream like 'r:%' and id = substr(s.stream, 3))
            and not exists (select 1 from databases
              where s.stream like 'db:%' and id = substr(s.stream, 4))
            and not exists (select 1 from log_segments l where l.stream = s.stream)
          limit $1))
        """,
        BATCH);
  }

  /** How many segments there are, about, and what they take on the disk with their index. */
  public Future<Swept> logsHeld() {
    return database
        .one(
            """
            select greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) from pg_class
              where oid = 'log_segments'::regclass
            """)
        .map(row -> new Swept(Rows.present(row).getLong(0), Rows.present(row).getLong(1)));
  }

  // ---- the journal and what it told

  /**
   * Sagas that ended well or were undone, with their steps. Those that need attention stay, and so
   * do those of deployments that are not over.
   */
  public Future<Swept> sagas(Lease lease, Duration oldest) {
    return count(
        lease,
        """
        delete from sagas where ctid = any (array(
          select ctid from sagas s where state in ('done', 'undone', 'cancelled')
            and ended_at < now() - $1 * interval '1 millisecond'
            and not exists (select 1 from deployments d where d.id = s.subject
              and d.status in ('pending', 'building', 'deploying'))
          order by ended_at limit $2))
        """,
        oldest.toMillis(),
        BATCH);
  }

  public Future<Swept> events(Lease lease, Duration oldest) {
    return count(
        lease,
        """
        delete from events where id = any (array(
          select id from (select id, at from events order by id limit $2) first_ones
            where at < now() - $1 * interval '1 millisecond'))
        """,
        oldest.toMillis(),
        BATCH);
  }

  public Future<Swept> idempotencyKeys(Lease lease, Duration oldest) {
    return count(
        lease,
        """
        delete from idempotency_keys where ctid = any (array(
          select ctid from idempotency_keys
            where created_at < now() - $1 * interval '1 millisecond'
            order by created_at limit $2))
        """,
        oldest.toMillis(),
        BATCH);
  }

  /** Processes that have not been heard of for a day. */
  public Future<Swept> processes(Lease lease) {
    return count(lease, "delete from processes where heartbeat_at < now() - interval '1 day'");
  }

  /** Ingresses that have not been heard of for a day. */
  public Future<Swept> ingresses(Lease lease) {
    return count(lease, "delete from ingresses where heartbeat_at < now() - interval '1 day'");
  }

  /** Clean-up's own old results and wishes. */
  public Future<Swept> results(Lease lease, Duration oldest) {
    return count(
        lease,
        """
        with wishes as (delete from housekeeping_runs where id = any (array(
            select id from (select id, asked_at from housekeeping_runs order by id limit $2) first_ones
              where asked_at < now() - $1 * interval '1 millisecond')))
        delete from housekeeping_results where id = any (array(
          select id from (select id, at from housekeeping_results order by id limit $2) first_ones
            where at < now() - $1 * interval '1 millisecond'))
        """,
        oldest.toMillis(),
        BATCH);
  }

  /** Webhook deliveries that are too old, or too many of one application. */
  public Future<Swept> webhookDeliveries(Lease lease, Duration oldest, int most) {
    return count(
        lease,
        """
        delete from webhook_deliveries where id = any (array(
          (select id from webhook_deliveries
            where received_at < now() - $1 * interval '1 millisecond'
            order by received_at limit $3)
          union all
          (select id from (select id, row_number() over (
              partition by application_id order by id desc) as place from webhook_deliveries) placed
            where place > $2 limit $3)))
        """,
        oldest.toMillis(),
        most,
        BATCH);
  }

  /** What older deliveries said: the row alone keeps one from being taken twice. */
  public Future<Swept> webhookBodies(Lease lease, int most) {
    return count(
        lease,
        """
        update webhook_deliveries set body = null where id = any (array(
          select id from (select id, row_number() over (
              partition by application_id order by id desc) as place
            from webhook_deliveries where body is not null) placed
          where place > $1 limit $2))
        """,
        most,
        BATCH);
  }

  /**
   * Source archives that none of an application's last deployments was made of. They are locked
   * before the look: who asks for a deployment of one locks it as well, and comes before or after.
   *
   * @param keep deployments of each application whose archives stay
   */
  public Future<Swept> archives(Lease lease, int keep) {
    return leased(
        lease,
        tx ->
            tx.list(
                    """
                    select id from source_archives where used_at < now() - interval '1 hour'
                      and not exists (select 1 from deployments d join applications a
                        on a.id = d.application_id where d.archive_id = source_archives.id
                          and d.number > a.deployments_made - $1)
                      order by id limit $2 for update
                    """,
                    row -> row.getString(0),
                    keep,
                    ARCHIVES)
                .compose(found ->
                    tx.one(
                        """
                        with gone as (delete from source_archives s where s.id = any($1)
                          and not exists (select 1 from deployments d join applications a
                            on a.id = d.application_id where d.archive_id = s.id
                              and d.number > a.deployments_made - $2)
                          returning bytes)
                        select count(*) as archives, coalesce(sum(bytes), 0)::bigint as bytes from gone
                        """,
                        row -> new Swept(row.getLong("archives"), row.getLong("bytes")),
                        found.toArray(String[]::new),
                        keep)));
  }

  private Future<Swept> count(Lease lease, String sql, @Nullable Object... arguments) {
    return leased(lease, tx -> tx.update(sql, arguments).map(rows -> new Swept(rows, 0)));
  }

  private Future<Swept> leased(Lease lease, Function<Queries, Future<@Nullable Swept>> work) {
    return database.transaction(tx ->
        lease
            .guard(tx)
            .compose(held -> work.apply(tx))
            .map(swept -> swept == null ? Swept.NOTHING : swept));
  }
}
