package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.UnreadableSecret;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.SealedColumns.SealedColumn;
import dev.slipway.store.SealedColumns.Shape;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Seals stored secrets anew with the key that seals now, row by row and while others read and write
 * them: a row that was changed meanwhile is left to the next look. Blocks: for virtual threads.
 */
public final class Resealing {
  /** Rows that are read and written at a time. */
  static final int BATCH = 100;

  /** What stood in the database before secrets were encrypted. */
  private static final String PLAIN = "plain:v1:";

  private final Database database;
  private final Vault vault;

  public Resealing(Database database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /** Told between two batches how many rows were sealed anew; may throw to stop. */
  @FunctionalInterface
  public interface Progress {
    void sealed(int rows);
  }

  /**
   * Seals what an earlier version left readable. Cheap when there is nothing of that kind.
   *
   * @return how many rows there were
   */
  public int sealPlain() {
    int all = 0;
    int rows;
    do {
      rows = all("like '" + PLAIN + "%'", sealed -> {});
      all += rows;
    } while (rows > 0);
    return all;
  }

  /**
   * Seals everything that is not sealed with this data key.
   *
   * @param dataKey id of the data key that the vault seals with
   * @return how many rows there were
   */
  public int sealWith(String dataKey, Progress progress) {
    if (!dataKey.matches("[0-9a-f]{8}")) {
      throw new IllegalArgumentException("A data key's id has 8 hexadecimal digits");
    }
    return all("not like 'sealed:v1:" + dataKey + ":%'", progress);
  }

  /** Whether a transaction still runs that began before a moment: what it wrote cannot be seen. */
  public Future<Boolean> runsSince(OffsetDateTime moment) {
    return database
        .one(
            """
            select count(*) as open from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()
                and backend_type = 'client backend' and xact_start < $1
            """,
            moment)
        .map(row -> Rows.present(row).getLong("open") > 0);
  }

  /** The database's clock. */
  public Future<OffsetDateTime> now() {
    return database
        .one("select clock_timestamp() as now")
        .map(row -> Rows.present(row).getOffsetDateTime("now"));
  }

  private int all(String stale, Progress progress) {
    int rows = 0;
    for (SealedColumn column : SealedColumns.ALL) {
      rows += all(column, stale, progress);
    }
    return rows;
  }

  /** From the first row to the last; a row that was changed meanwhile is left to the next look. */
  private int all(SealedColumn column, String stale, Progress progress) {
    int rows = 0;
    List<Row> batch = read(column, stale, null);
    while (!batch.isEmpty()) {
      int written = 0;
      for (Row row : batch) {
        written += seal(column, row);
      }
      rows += written;
      progress.sealed(written);
      batch = read(column, stale, batch.getLast());
    }
    return rows;
  }

  private List<Row> read(SealedColumn column, String stale, @Nullable Row after) {
    List<String> keys = column.keys();
    String condition =
        column.shape() == Shape.TEXT
            ? column.column() + " " + stale
            : "exists (select 1 from jsonb_array_elements("
                + column.column()
                + ") item where item->>'value' "
                + stale
                + ")";
    String named = String.join(", ", keys);
    String behind =
        after == null
            ? ""
            : IntStream.rangeClosed(1, keys.size())
                .mapToObj(i -> "$" + i)
                .collect(Collectors.joining(", ", "(" + named + ") > (", ") and "));
    Object[] arguments =
        after == null
            ? new Object[0]
            : keys.stream().map(key -> Objects.requireNonNull(after.getValue(key))).toArray();
    return database
        .list(
            "select %1$s, %2$s::text as sealed from %3$s where %4$s%5$s order by %1$s limit %6$d"
                .formatted(named, column.column(), column.table(), behind, condition, BATCH),
            row -> row,
            arguments)
        .await();
  }

  /** 1, or 0 when somebody else wrote the row meanwhile. */
  private int seal(SealedColumn column, Row row) {
    String before = row.getString("sealed");
    String type = column.shape() == Shape.TEXT ? "text" : "jsonb";
    String where =
        IntStream.range(0, column.keys().size())
            .mapToObj(i -> column.keys().get(i) + " = $" + (i + 3))
            .collect(Collectors.joining(" and "));
    List<Object> arguments = new ArrayList<>(List.of(anew(column, row, before), before));
    column.keys().forEach(key -> arguments.add(Objects.requireNonNull(row.getValue(key))));
    return database
        .update(
            "update %s set %2$s = $1::text::%3$s where %4$s and %2$s = $2::text::%3$s"
                .formatted(column.table(), column.column(), type, where),
            arguments.toArray())
        .await();
  }

  private String anew(SealedColumn column, Row row, String before) {
    try {
      if (column.shape() == Shape.TEXT) {
        return anew(before);
      }
      JsonArray items = new JsonArray(before);
      items.forEach(
          item -> ((JsonObject) item).put("value", anew(((JsonObject) item).getString("value"))));
      return items.encode();
    } catch (UnreadableSecret e) {
      throw Problem.conflict(
          "secret_unreadable",
          "%s of %s: %s".formatted(column.column(), place(column, row), e.getMessage()),
          "Restore that row from a backup of the database, or set the value again and remove the row.");
    }
  }

  private String anew(String sealed) {
    return vault.seal(
        sealed.startsWith(PLAIN) ? sealed.substring(PLAIN.length()) : vault.open(sealed));
  }

  private static String place(SealedColumn column, Row row) {
    return column.keys().stream()
        .map(key -> key + " " + row.getValue(key))
        .collect(Collectors.joining(", ", column.table() + " (", ")"));
  }
}
