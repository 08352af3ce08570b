package dev.slipway.store;

import dev.slipway.contracts.audit.AuditEntry;
import dev.slipway.contracts.audit.AuditKey;
import dev.slipway.contracts.audit.AuditSigner;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.contracts.audit.Checkpoint.Purpose;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain over the audit rows. Rows are committed with their changes and chained soon after, in
 * short transactions that hold the end of the chain: any number of processes may do that, one at a
 * time, and no change waits for it.
 */
public final class AuditChainStore {
  /** Rows between the checkpoints that are kept for good. */
  static final int STRIDE = 100;

  private final Queries database;

  public AuditChainStore(Queries database) {
    this.database = database;
  }

  /** The end of the chain. */
  public record Head(long seq, String hash) {}

  /**
   * What one look at the rows came to.
   *
   * @param busy another process was chaining; look again
   * @param more there may be further rows
   * @param checkpoint what was signed; null when there was nothing to chain
   */
  public record Chained(boolean busy, boolean more, @Nullable Checkpoint checkpoint) {}

  /**
   * How far the chain goes.
   *
   * @param seq the last place that is known, of a row or of a checkpoint
   * @param waiting rows that are committed and not chained
   */
  public record Extent(long seq, long waiting) {}

  /**
   * The installation's signer; the candidate becomes it when there is none yet.
   *
   * <p>Fails with {@code UnreadableSecret} when the vault cannot open its key.
   */
  public Future<AuditSigner> signer(String installation, Vault vault, AuditSigner candidate) {
    return database
        .query(
            """
            insert into audit_keys(public_key, private_sealed) values ($1, $2)
              on conflict do nothing
            """,
            candidate.key().publicKey(),
            vault.seal(candidate.secret()))
        .compose(done -> database.one("select public_key, private_sealed from audit_keys"))
        .map(row -> Rows.present(row))
        .map(row ->
            AuditSigner.of(
                installation,
                new AuditKey(row.getString("public_key")),
                vault.open(row.getString("private_sealed"))));
  }

  /** Chains up to {@value #STRIDE} committed rows and signs the new end. */
  public Future<Chained> chain(AuditSigner signer) {
    return database.transaction(tx ->
        tx.one("select seq, hash from audit_head for update skip locked", AuditChainStore::head)
            .compose(head ->
                head == null
                    ? Future.succeededFuture(new Chained(true, true, null))
                    : chain(tx, head, signer)));
  }

  private static Future<Chained> chain(Queries tx, Head head, AuditSigner signer) {
    int room = STRIDE - (int) (head.seq() % STRIDE);
    return tx.list(
            AuditStore.SELECT + "where seq is null order by id limit $1", AuditStore::entry, room)
        .compose(found -> {
          if (found.isEmpty()) {
            return Future.succeededFuture(new Chained(false, false, null));
          }
          List<ChainedEntry> chained = linked(head, found);
          ChainedEntry last = chained.getLast();
          Checkpoint checkpoint =
              signer.sign(Purpose.CHAINED, last.seq(), last.hash(), Instant.now());
          return stored(tx, chained)
              .compose(done -> signed(tx, head, checkpoint))
              .map(done -> new Chained(false, found.size() == room, checkpoint));
        });
  }

  private static List<ChainedEntry> linked(Head head, List<AuditEntry> found) {
    List<ChainedEntry> chained = new ArrayList<>(found.size());
    long seq = head.seq();
    String hash = head.hash();
    for (AuditEntry entry : found) {
      ChainedEntry next = ChainedEntry.after(seq, hash, entry);
      chained.add(next);
      seq = next.seq();
      hash = next.hash();
    }
    return chained;
  }

  private static Future<Void> stored(Queries tx, List<ChainedEntry> chained) {
    return tx.query(
            """
            update audit a set seq = n.seq, previous_hash = n.previous_hash, hash = n.hash
              from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
                as n(id, seq, previous_hash, hash)
              where a.id = n.id
            """,
            chained.stream().map(row -> row.entry().id()).toArray(Long[]::new),
            chained.stream().map(ChainedEntry::seq).toArray(Long[]::new),
            chained.stream().map(ChainedEntry::previousHash).toArray(String[]::new),
            chained.stream().map(ChainedEntry::hash).toArray(String[]::new))
        .mapEmpty();
  }

  private static Future<Void> signed(Queries tx, Head before, Checkpoint checkpoint) {
    return tx.query(
            """
            with head as (update audit_head set seq = $1, hash = $4),
              old as (delete from audit_checkpoints where seq = $8 and seq % $9 <> 0)
            insert into audit_checkpoints(seq, purpose, installation, hash, at, key_id, signature)
              values ($1, $2, $3, $4, $5, $6, $7)
            """,
            checkpoint.seq(),
            checkpoint.purpose().name(),
            checkpoint.installation(),
            checkpoint.hash(),
            checkpoint.at(),
            checkpoint.keyId(),
            checkpoint.signature(),
            before.seq(),
            (long) STRIDE)
        .mapEmpty();
  }

  /** The end of the chain as it is now. */
  public Future<Head> head() {
    return database.one("select seq, hash from audit_head").map(row -> head(Rows.present(row)));
  }

  /** How far the chain goes and what waits, all of one moment. */
  public Future<Extent> extent() {
    return database
        .one(
            """
            select greatest(h.seq, (select max(seq) from audit_checkpoints)) as seq,
                (select count(*) from audit where seq is null) as waiting
              from audit_head h
            """)
        .map(row -> Rows.present(row))
        .map(row -> new Extent(row.getLong("seq"), row.getLong("waiting")));
  }

  /** Chained rows behind a place up to another, in the order of the chain. */
  public Future<List<ChainedEntry>> after(long seq, long upTo, int limit) {
    return database.list(
        AuditStore.SELECT + "where seq > $1 and seq <= $2 order by seq limit $3",
        AuditStore::chained,
        seq,
        upTo,
        limit);
  }

  /** Checkpoints behind a place up to another, in the order of the chain. */
  public Future<List<Checkpoint>> checkpoints(long seq, long upTo, int limit) {
    return database.list(
        "select * from audit_checkpoints where seq > $1 and seq <= $2 order by seq limit $3",
        AuditChainStore::checkpoint,
        seq,
        upTo,
        limit);
  }

  private static Head head(Row row) {
    return new Head(row.getLong("seq"), row.getString("hash"));
  }

  private static Checkpoint checkpoint(Row row) {
    return new Checkpoint(
        Purpose.valueOf(row.getString("purpose")),
        row.getString("installation"),
        row.getLong("seq"),
        row.getString("hash"),
        Rows.when(row, "at"),
        row.getString("key_id"),
        row.getString("signature"));
  }
}
