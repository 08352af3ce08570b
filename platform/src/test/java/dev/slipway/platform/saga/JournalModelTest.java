package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.model.Clients;
import dev.slipway.platform.model.History;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.JournalModel.Op;
import dev.slipway.platform.saga.JournalModel.Row;
import dev.slipway.platform.saga.JournalModel.State;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * T29: whatever runners and users do with the sagas at the same time (submit, claim, checkpoint,
 * turn back, cancel, finish, lose the lease), one order of doing it explains every answer and what
 * the tables hold at the end.
 */
class JournalModelTest {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  private static final int SEEDS = Integer.getInteger("slipway.seeds", 1_000);
  private static final int CLIENTS = 4;
  private static final int OPERATIONS = 11;

  private static Database database() {
    return POSTGRES.database();
  }

  @Test
  void everyHistoryOfTheJournalHasAnOrderThatExplainsIt() throws Exception {
    int operations = 0;
    var fencedOut = new AtomicInteger();
    for (long seed = 1; seed <= SEEDS; seed++) {
      var history = new History<Op>();
      run(seed, history, fencedOut);
      assertThat(history.explainedBy(JournalModel::after, State.EMPTY))
          .as("seed %d: no order explains%n%s", seed, history)
          .isPresent();
      operations += history.size();
    }
    // without stale owners at work the test would show nothing
    assertThat(fencedOut.get()).isGreaterThan(SEEDS / 10);
    System.out.printf(
        "PROMISE T29: claims and journal: %,d seeds, %,d operations, %,d writes of stale owners"
            + " refused, 0 histories without an order%n",
        SEEDS, operations, fencedOut.get());
  }

  private static void run(long seed, History<Op> history, AtomicInteger fencedOut)
      throws Exception {
    Clients.together(
        seed,
        CLIENTS,
        (number, dice) -> {
          var client = new JournalClient(database(), seed, number);
          for (int i = 0; i < OPERATIONS; i++) {
            Op op = history.record(() -> client.step(dice));
            if (op instanceof Op.Checkpoint checkpoint && !checkpoint.accepted()) {
              fencedOut.incrementAndGet();
            }
          }
        });
    // When all is quiet nothing may be skipped any more, and the tables must be as the order says.
    var last = new JournalClient(database(), seed, CLIENTS);
    for (int i = 0; i < JournalClient.SAGAS; i++) {
      history.record(last::claimWhenQuiet);
    }
    history.record(() -> new Op.Read(rows(seed)));
  }

  /** What the tables hold of a seed's sagas. */
  private static Map<String, Row> rows(long seed) {
    Map<String, Row> rows = new TreeMap<>();
    database()
        .list(
            """
            SELECT id, state, fence, cancel_requested,
                   (SELECT string_agg(n || ' ' || state || ' ' || attempt || ' '
                                        || coalesce(output::text, ''), ', ' ORDER BY n)
                    FROM saga_steps WHERE saga_id = id) AS steps
            FROM sagas WHERE kind = $1
            """,
            row -> row,
            JournalClient.kind(seed))
        .await()
        .forEach(row ->
            rows.put(
                row.getString("id"),
                new Row(
                    row.getString("state"),
                    row.getLong("fence"),
                    row.getBoolean("cancel_requested"),
                    row.getString("steps") == null ? "" : row.getString("steps"))));
    return rows;
  }
}
