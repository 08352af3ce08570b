package dev.slipway.platform.secrets;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which processes know which keys, as they say themselves. */
final class KeyHolders {
  /** Who was silent for so long seals nothing any more, and is not waited for. */
  static final Duration GONE = Duration.ofSeconds(60);

  private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();

  private final Queries queries;
  private final String process;
  private volatile String told = "";
  private volatile long toldAt;

  KeyHolders(Queries queries, String process) {
    this.queries = queries;
    this.process = process;
  }

  /** What one process knows. */
  record Holder(String process, List<String> masters, Set<String> dataKeys, String sealing) {}

  /** Writes what this process knows, when that changed or was told some seconds ago. */
  Future<Void> tell(MasterKeys masters, KeyRing ring) {
    String now = masters.ids() + " " + new TreeSet<>(ring.keys().keySet()) + ring.sealing();
    if (now.equals(told) && System.nanoTime() - toldAt < TELL_NANOS) {
      return Future.succeededFuture();
    }
    return queries
        .query(
            """
            WITH gone AS (
              DELETE FROM key_holders WHERE process <> $1 AND seen_at < now() - interval '1 day')
            INSERT INTO key_holders (process, masters, data_keys, sealing) VALUES ($1, $2, $3, $4)
            ON CONFLICT (process) DO UPDATE SET masters = excluded.masters,
              data_keys = excluded.data_keys, sealing = excluded.sealing, seen_at = now()
            """,
            process,
            masters.ids().toArray(String[]::new),
            ring.keys().keySet().toArray(String[]::new),
            ring.sealing())
        .onSuccess(done -> {
          told = now;
          toldAt = System.nanoTime();
        })
        .mapEmpty();
  }

  /** Everybody who may seal or open something now. */
  Future<List<Holder>> living() {
    return queries.list(
        """
        SELECT process, masters, data_keys, sealing FROM key_holders
        WHERE seen_at > now() - $1 * interval '1 millisecond' ORDER BY process
        """,
        row ->
            new Holder(
                row.getString("process"),
                List.of(row.getArrayOfStrings("masters")),
                Set.of(row.getArrayOfStrings("data_keys")),
                row.getString("sealing")),
        GONE.toMillis());
  }

  Future<Void> leave() {
    return queries.query("DELETE FROM key_holders WHERE process = $1", process).mapEmpty();
  }
}
