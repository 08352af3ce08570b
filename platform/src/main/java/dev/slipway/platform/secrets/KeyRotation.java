package dev.slipway.platform.secrets;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The moves of a rotation, each of which may be made again. Between them the caller waits for the
 * other processes: {@code add -> everybody knows it -> use -> nobody seals with another -> (seal
 * everything anew) -> retire}.
 */
public final class KeyRotation {
  private final EnvelopeVault vault;
  private final Queries queries;

  public KeyRotation(EnvelopeVault vault) {
    this.vault = vault;
    this.queries = vault.database();
  }

  /**
   * Adds a data key that nobody uses yet.
   *
   * @return its id; the same again until it is used
   * @throws Problem {@code master_key_not_everywhere}, as a failed future
   */
  public Future<String> add() {
    return vault
        .refresh()
        .compose(done -> vault.holders().living())
        .compose(holders -> {
          MasterKey master = vault.masters().first();
          List<String> without =
              holders.stream()
                  .filter(holder -> !holder.masters().contains(master.id()))
                  .map(KeyHolders.Holder::process)
                  .toList();
          return without.isEmpty()
              ? DataKey.fresh(DataKey.SEAL, DataKey.COMING, master).add(queries)
              : Future.failedFuture(notEverywhere(master.id(), without));
        })
        .compose(done -> DataKey.all(queries))
        .map(rows ->
            rows.stream()
                .filter(row -> row.state().equals(DataKey.COMING))
                .findFirst()
                .orElseThrow()
                .id());
  }

  private static Problem notEverywhere(String master, List<String> without) {
    return Problem.conflict(
        "master_key_not_everywhere",
        "The master key " + master + " is not known to: " + String.join(", ", without) + ".",
        "Put the new key first in "
            + MasterKeys.SETTING
            + " (or in its file) of every process, keep the old one behind it, then rotate again.");
  }

  /** The processes that cannot open with a data key yet. */
  public Future<List<String>> notKnowing(String dataKey) {
    return whose(holder -> !holder.dataKeys().contains(dataKey));
  }

  /** The processes that still seal with another data key. */
  public Future<List<String>> notSealingWith(String dataKey) {
    return whose(holder -> !holder.sealing().equals(dataKey));
  }

  private Future<List<String>> whose(Predicate<KeyHolders.Holder> lacks) {
    return vault
        .refresh()
        .compose(done -> vault.holders().living())
        .map(holders -> holders.stream().filter(lacks).map(KeyHolders.Holder::process).toList());
  }

  /** After this transaction everybody seals with this data key, as soon as they have read it. */
  public Future<Void> use(Queries tx, String dataKey) {
    return tx.query(
            """
            UPDATE data_keys SET state = 'opening'
            WHERE purpose = 'seal' AND state = 'sealing' AND id <> $1
            """,
            dataKey)
        .compose(done -> tx.query("UPDATE data_keys SET state = 'sealing' WHERE id = $1", dataKey))
        .mapEmpty();
  }

  /**
   * Forgets the data keys that seal no more, and brings those that stay under the first master key.
   * Only once nothing that they sealed is stored.
   */
  public Future<Void> retire(Queries tx) {
    return tx.query("DELETE FROM data_keys WHERE purpose = 'seal' AND state = 'opening'")
        .compose(gone -> DataKey.all(tx))
        .compose(rows -> rewrapped(tx, rows));
  }

  private Future<Void> rewrapped(Queries tx, List<DataKey> rows) {
    MasterKey master = vault.masters().first();
    Future<Void> done = Future.succeededFuture();
    for (DataKey row : rows) {
      Optional<byte[]> key = Optional.ofNullable(vault.ring().find(row.id()));
      if (!row.master().equals(master.id()) && key.isPresent()) {
        done =
            done.compose(before ->
                tx.query(
                        "UPDATE data_keys SET master = $2, wrapped = $3 WHERE id = $1",
                        row.id(),
                        master.id(),
                        master.wrap(row.id(), key.get()))
                    .mapEmpty());
      }
    }
    return done;
  }
}
