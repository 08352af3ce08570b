package dev.slipway.gateway.audit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.contracts.audit.AuditChain;
import dev.slipway.contracts.audit.AuditKey;
import dev.slipway.contracts.audit.AuditSigner;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.contracts.audit.Checkpoint.Purpose;
import dev.slipway.gateway.http.ApiJson;
import dev.slipway.store.AuditChainStore;
import dev.slipway.store.AuditChainStore.Extent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One export: a line that tells whose log it is, each row, each checkpoint behind its row, and a
 * signed end. A file without that end was cut. A page is read when the one before is on its way, so
 * a slow reader holds up nobody.
 */
final class AuditExport {
  private static final int PAGE = 200;
  private static final int MOST_CHECKPOINTS = 1_000;

  private final AuditChainStore chain;
  private final AuditSealing sealing;
  private final Optional<LastCheckpoint.Kept> kept;
  private final Extent extent;
  private final long until;
  private long lastSeq;
  private String lastHash = AuditChain.GENESIS;

  AuditExport(
      AuditChainStore chain,
      AuditSealing sealing,
      Optional<LastCheckpoint.Kept> kept,
      Extent extent) {
    this.chain = chain;
    this.sealing = sealing;
    this.kept = kept;
    this.extent = extent;
    this.until = Math.max(extent.seq(), kept.map(one -> one.checkpoint().seq()).orElse(0L));
  }

  /**
   * The first line.
   *
   * @param waiting rows that were committed and are not chained yet
   */
  private record About(
      String type,
      int version,
      String installation,
      String keyId,
      String publicKey,
      long rows,
      long waiting,
      Instant exportedAt) {}

  private record RowLine(String type, @JsonUnwrapped ChainedEntry row) {}

  private record CheckpointLine(String type, @JsonUnwrapped Checkpoint checkpoint) {
    CheckpointLine(Checkpoint checkpoint) {
      this("checkpoint", checkpoint);
    }
  }

  /** Writes all of it but ends nothing; fails when the reader goes. */
  Future<Void> writeTo(WriteStream<Buffer> out) {
    return out.write(line(about()))
        .compose(sent -> pages(out))
        .compose(sent -> out.write(line(new CheckpointLine(end()))));
  }

  /** The key that this host has known counts, not the one that is in the database now. */
  private About about() {
    AuditSigner signer = sealing.signer();
    AuditKey key = kept.map(LastCheckpoint.Kept::key).orElse(signer.key());
    return new About(
        "audit",
        1,
        signer.installation(),
        key.id(),
        key.publicKey(),
        extent.seq(),
        extent.waiting(),
        Instant.now());
  }

  private Future<Void> pages(WriteStream<Buffer> out) {
    Promise<Void> done = Promise.promise();
    page(out, done);
    return done.future();
  }

  /** Not one future in another: a log has thousands of pages. */
  private void page(WriteStream<Buffer> out, Promise<Void> done) {
    long after = lastSeq;
    chain
        .after(after, until, PAGE)
        .compose(rows -> {
          boolean end = rows.size() < PAGE;
          long reached = end ? until : rows.getLast().seq();
          return chain
              .checkpoints(after, reached, MOST_CHECKPOINTS)
              .compose(signed -> written(out, page(rows, withKept(signed, after, reached))))
              .map(sent -> end);
        })
        .onFailure(done::tryFail)
        .onSuccess(end -> {
          if (end) {
            done.complete();
          } else {
            page(out, done);
          }
        });
  }

  private static Future<Void> written(WriteStream<Buffer> out, Buffer page) {
    return page.length() == 0 ? Future.succeededFuture() : out.write(page);
  }

  private List<Checkpoint> withKept(List<Checkpoint> stored, long after, long reached) {
    Stream<Checkpoint> own =
        kept.stream()
            .map(LastCheckpoint.Kept::checkpoint)
            .filter(one -> one.seq() > after && one.seq() <= reached)
            .filter(one -> !stored.contains(one));
    return Stream.concat(stored.stream(), own)
        .sorted(Comparator.comparingLong(Checkpoint::seq))
        .toList();
  }

  private Buffer page(List<ChainedEntry> rows, List<Checkpoint> signed) {
    Buffer page = Buffer.buffer();
    int next = 0;
    for (ChainedEntry row : rows) {
      for (; next < signed.size() && signed.get(next).seq() < row.seq(); next++) {
        page.appendBuffer(line(new CheckpointLine(signed.get(next))));
      }
      page.appendBuffer(line(new RowLine("row", row)));
      lastSeq = row.seq();
      lastHash = row.hash();
    }
    for (; next < signed.size(); next++) {
      page.appendBuffer(line(new CheckpointLine(signed.get(next))));
    }
    return page;
  }

  private Checkpoint end() {
    return sealing.signer().sign(Purpose.EXPORTED, lastSeq, lastHash, Instant.now());
  }

  private static Buffer line(Object value) {
    return ApiJson.buffer(value).appendString("\n");
  }
}
