package dev.slipway.gateway.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.audit.AuditFinding;
import dev.slipway.contracts.audit.AuditKey;
import dev.slipway.contracts.audit.AuditVerifier;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.AuditChainStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As much of a gateway as chains audit rows: its own Vert.x, pool and data directory. */
final class ChainingGateway implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Database database;
  private final LastCheckpoint last;
  private final AuditSealing sealing;

  ChainingGateway(DatabaseUrl url, Path data) {
    database = Database.connect(vertx, url, 12);
    last = LastCheckpoint.in(vertx, data);
    sealing = new AuditSealing(database, new PlainVault(), last);
    onLoop(sealing::start);
  }

  Database database() {
    return database;
  }

  void soon() {
    loop.runOnContext(go -> sealing.soon());
  }

  void chainNow() {
    onLoop(sealing::now);
  }

  /** What a verifier says of an export that is made now. */
  List<AuditFinding> verified() {
    return verified(lines());
  }

  /** What a verifier says of these lines, which needs nothing else. */
  static List<AuditFinding> verified(List<String> lines) {
    try {
      JsonNode about = Json.tree(lines.getFirst());
      AuditVerifier verifier =
          new AuditVerifier(
              about.path("installation").asText(), new AuditKey(about.path("publicKey").asText()));
      for (String line : lines.subList(1, lines.size())) {
        JsonNode tree = Json.tree(line);
        if (tree.path("type").asText().equals("row")) {
          verifier.row(Json.mapper().treeToValue(tree, ChainedEntry.class));
        } else {
          verifier.checkpoint(Json.mapper().treeToValue(tree, Checkpoint.class));
        }
      }
      return verifier.finish();
    } catch (JsonProcessingException e) {
      throw new AssertionError("An export is lines of JSON", e);
    }
  }

  /** An export as it is sent. */
  List<String> lines() {
    var text = new Kept();
    AuditChainStore chain = new AuditChainStore(database);
    onLoop(() ->
        chain
            .extent()
            .compose(extent -> new AuditExport(chain, sealing, last.kept(), extent).writeTo(text)));
    return text.all.toString().lines().toList();
  }

  private void onLoop(Supplier<Future<Void>> work) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(go -> work.get().onComplete(done));
    done.future().await();
  }

  @Override
  public void close() {
    onLoop(sealing::stop);
    database.close().await();
    vertx.close().await();
  }

  /** Takes everything at once. */
  private static final class Kept implements WriteStream<Buffer> {
    private final Buffer all = Buffer.buffer();

    @Override
    public Future<Void> write(Buffer data) {
      all.appendBuffer(data);
      return Future.succeededFuture();
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
      return this;
    }

    @Override
    public Future<Void> end() {
      return Future.succeededFuture();
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
      return this;
    }

    @Override
    public boolean writeQueueFull() {
      return false;
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
      return this;
    }
  }
}
