package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what our columns hold. */
final class Rows {
  private Rows() {}

  static Row present(@Nullable Row row) {
    if (row == null) {
      throw new IllegalStateException("A statement that always answers a row answered none");
    }
    return row;
  }

  static @Nullable Instant at(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? null : at.toInstant();
  }

  static Instant when(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  /** A change was based on another version than the present one. */
  static Problem changedMeanwhile(String kind, long version) {
    return new Problem(
        412,
        "changed_meanwhile",
        "Changed meanwhile",
        "The " + kind + " has version " + version + " now.",
        "Read it again, redo the change, and send its ETag in If-Match.",
        List.of(),
        null);
  }

  /** JSON columns are selected as text and read by the one mapper: records, not JsonObjects. */
  static <T> T json(Row row, String column, Class<T> type) {
    return Json.read(row.getString(column), type);
  }

  static <T> @Nullable T jsonOrNull(Row row, String column, Class<T> type) {
    String text = row.getString(column);
    return text == null ? null : Json.read(text, type);
  }
}
