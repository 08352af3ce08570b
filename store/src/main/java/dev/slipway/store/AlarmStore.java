package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.backup.Alarm;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What somebody must look at. Who looks tells all that is wrong; what was not known is raised, what
 * is not wrong any more is cleared. Of one kind about one thing at most one is open.
 */
public final class AlarmStore {
  public static final String BACKUP_OVERDUE = "backup_overdue";
  public static final String BACKUP_FAILED = "backup_failed";
  public static final String DESTINATION_UNREACHABLE = "destination_unreachable";

  private final Queries database;

  public AlarmStore(Queries database) {
    this.database = database;
  }

  /**
   * Something that is wrong now. Its words stay the same for as long as nothing changes.
   *
   * @param projectId whose members may see it; null: everybody in the organization
   */
  public record Finding(
      String code, String about, @Nullable String projectId, String detail, String remedy) {}

  /**
   * Makes the open alarms of these codes what was found.
   *
   * @return how many were raised or cleared
   */
  public Future<Integer> settle(Collection<String> codes, List<Finding> found) {
    return database.transaction(tx ->
        clear(tx, codes, found)
            .compose(cleared ->
                found.isEmpty()
                    ? Future.succeededFuture(cleared)
                    : raise(tx, found).map(raised -> cleared + raised)));
  }

  private static Future<Integer> clear(Queries tx, Collection<String> codes, List<Finding> found) {
    return tx.update(
        """
        update alarms a set cleared_at = now() where cleared_at is null and code = any($1)
          and not exists (select 1 from unnest($2::text[], $3::text[]) f(code, about)
            where f.code = a.code and f.about = a.about)
        """,
        codes.toArray(String[]::new),
        column(found, Finding::code),
        column(found, Finding::about));
  }

  private static Future<Integer> raise(Queries tx, List<Finding> found) {
    return tx.update(
        """
        insert into alarms(id, code, about, project_id, detail, remedy, raised_at)
          select *, now() from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
            $6::text[])
          on conflict (code, about) where cleared_at is null do update
            set detail = excluded.detail, remedy = excluded.remedy
            where (alarms.detail, alarms.remedy) is distinct from (excluded.detail, excluded.remedy)
        """,
        column(found, each -> FreshId.of("alm")),
        column(found, Finding::code),
        column(found, Finding::about),
        column(found, Finding::projectId),
        column(found, Finding::detail),
        column(found, Finding::remedy));
  }

  private static @Nullable String[] column(
      List<Finding> found, Function<Finding, @Nullable String> read) {
    @Nullable String[] values = new String[found.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = read.apply(found.get(i));
    }
    return values;
  }

  /**
   * Alarms, newest first.
   *
   * @param open only those whose cause is still there
   * @param before the last row of the page before; empty: from the newest
   */
  public Future<List<Alarm>> list(boolean open, String before, int limit, Visible visible) {
    return database.list(
        """
        select * from alarms a where (not $1 or a.cleared_at is null)
          and ($2 = '' or (a.raised_at, a.id) < (select raised_at, id from alarms where id = $2))
        """
            + visible.condition("a.project_id", 4)
            + " order by a.raised_at desc, a.id desc limit $3",
        AlarmStore::read,
        visible.with(open, before, limit));
  }

  /** How many are open. */
  public Future<Integer> open() {
    return database
        .one("select count(*)::int from alarms where cleared_at is null")
        .map(row -> Rows.present(row).getInteger(0));
  }

  /** Forgets what was cleared long ago. */
  public Future<Integer> forget(java.time.Duration oldest) {
    return database.update(
        "delete from alarms where cleared_at < now() - $1 * interval '1 millisecond'",
        oldest.toMillis());
  }

  private static Alarm read(Row row) {
    return new Alarm(
        row.getString("id"),
        row.getString("code"),
        row.getString("about"),
        row.getString("detail"),
        row.getString("remedy"),
        Rows.when(row, "raised_at"),
        Rows.at(row, "cleared_at"));
  }
}
