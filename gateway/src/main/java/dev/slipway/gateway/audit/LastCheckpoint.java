package dev.slipway.gateway.audit;

import dev.slipway.contracts.audit.AuditKey;
import dev.slipway.contracts.audit.AuditSigner;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.platform.bus.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last checkpoint that this host has seen, in its data directory: whoever has only the database
 * can cut the log there with all its checkpoints, and even bring a key of his own, but not here.
 * Lives on one event loop; its file is written beside it.
 */
public final class LastCheckpoint {
  /** Its file in the data directory. */
  public static final String FILE = "audit.checkpoint";

  private static final Logger LOG = LoggerFactory.getLogger(LastCheckpoint.class);

  private final Vertx vertx;
  private final @Nullable Path directory;
  private @Nullable Kept kept;
  private @Nullable Kept unwritten;
  private Future<Void> writing = Future.succeededFuture();

  /** What the file holds. */
  record Kept(String publicKey, Checkpoint checkpoint) {
    AuditKey key() {
      return new AuditKey(publicKey);
    }
  }

  private LastCheckpoint(Vertx vertx, @Nullable Path directory) {
    this.vertx = vertx;
    this.directory = directory;
  }

  /** In that directory, which is there; null: in memory alone. */
  public static LastCheckpoint in(Vertx vertx, @Nullable Path dataDirectory) {
    return new LastCheckpoint(vertx, dataDirectory);
  }

  /** Reads the file; what belongs to another installation does not count. */
  Future<Void> read(String installation) {
    Path from = directory;
    if (from == null) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> parsed(from.resolve(FILE)))
        .map(found -> {
          kept =
              found
                  .filter(old -> old.checkpoint().installation().equals(installation))
                  .orElse(null);
          return null;
        });
  }

  private static Optional<Kept> parsed(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(Files.readString(file), Kept.class));
    } catch (IllegalArgumentException e) {
      LOG.warn("{} cannot be read and will be written anew", file);
      return Optional.empty();
    }
  }

  /** The last checkpoint and the key that signed it. */
  Optional<Kept> kept() {
    return Optional.ofNullable(kept);
  }

  /** What is wrong with a log that now ends there; null when it goes on from what is kept. */
  @Nullable String wrong(AuditSigner signer, long seq) {
    Kept old = kept;
    if (old == null) {
      return null;
    }
    if (!old.publicKey().equals(signer.key().publicKey())) {
      return "it is signed by another key than before";
    }
    return old.checkpoint().seq() > seq
        ? "it ends at row " + seq + " and had " + old.checkpoint().seq() + " rows"
        : null;
  }

  /** Keeps a newer one; what contradicts what is kept leaves it as it is. */
  void extend(AuditSigner signer, Checkpoint next) {
    if (wrong(signer, next.seq()) == null) {
      kept = new Kept(signer.key().publicKey(), next);
      unwritten = kept;
      if (writing.isComplete()) {
        writing = write();
      }
    }
  }

  /** Until the newest is in the file. */
  Future<Void> written() {
    return writing;
  }

  private Future<Void> write() {
    Kept next = unwritten;
    Path into = directory;
    if (next == null || into == null) {
      return Future.succeededFuture();
    }
    unwritten = null;
    return vertx
        .<Void>executeBlocking(() -> {
          replace(into, Json.text(next));
          return null;
        })
        .recover(failure -> {
          LOG.warn("{} cannot be written: {}", into.resolve(FILE), failure.toString());
          return Future.succeededFuture();
        })
        .compose(done -> write());
  }

  /** Several gateways of one host may write it: whole files, the last one stays. */
  private static void replace(Path directory, String text) throws IOException {
    Path half = Files.createTempFile(directory, FILE, ".new");
    try {
      Files.writeString(half, text);
      Files.move(
          half,
          directory.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(half);
    }
  }
}
