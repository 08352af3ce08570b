package dev.slipway.gateway.audit;

import dev.slipway.contracts.audit.AuditSigner;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.AuditChainStore;
import dev.slipway.store.InstallationStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chains what was committed: a moment after each change of this gateway, and now and then what a
 * gateway left behind that died in between. Every gateway does so; the database lets one at a time.
 * Lives on one event loop.
 */
public final class AuditSealing {
  /** So that many changes in a row cost one transaction more, not one each. */
  private static final long SOON_MS = 200;

  private static final long NOW_AND_THEN_MS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(AuditSealing.class);

  private final Vertx vertx;
  private final AuditChainStore chain;
  private final InstallationStore installation;
  private final Vault vault;
  private final LastCheckpoint last;
  private @Nullable AuditSigner signer;
  private Future<Void> running = Future.succeededFuture();
  private long timer = -1;
  private long poll = -1;
  private boolean stopped;
  private boolean failing;
  private boolean alarmed;

  public AuditSealing(Database database, Vault vault, LastCheckpoint last) {
    this.vertx = database.vertx();
    this.chain = new AuditChainStore(database);
    this.installation = new InstallationStore(database);
    this.vault = vault;
    this.last = last;
  }

  /** Finds or makes the key that signs, and looks whether the log still is as long as it was. */
  public Future<Void> start() {
    return installation
        .id()
        .compose(id -> last.read(id).compose(read -> signer(id)))
        .compose(found -> {
          signer = found;
          return chain.head();
        })
        .map(head -> {
          judged(signer(), head.seq());
          poll = vertx.setPeriodic(NOW_AND_THEN_MS, due -> soon());
          soon();
          return null;
        });
  }

  private Future<AuditSigner> signer(String id) {
    return vertx
        .executeBlocking(() -> AuditSigner.fresh(id))
        .compose(fresh -> chain.signer(id, vault, fresh));
  }

  /** A change was committed. */
  public void soon() {
    if (!stopped && timer < 0 && signer != null) {
      timer =
          vertx.setTimer(
              SOON_MS,
              due -> {
                timer = -1;
                now();
              });
    }
  }

  /**
   * Chains all that is committed by now. A failure is logged once; what is left is tried again now
   * and then.
   */
  public Future<Void> now() {
    running =
        running
            .otherwiseEmpty()
            .compose(free -> rounds())
            .onFailure(this::failed)
            .onSuccess(done -> failing = false);
    return running;
  }

  /** Who signs; after the start. */
  AuditSigner signer() {
    return Objects.requireNonNull(signer, "started first");
  }

  private Future<Void> rounds() {
    Promise<Void> done = Promise.promise();
    round(done);
    return done.future();
  }

  /** Not one future in another: there may be ten thousand rounds at the first start. */
  private void round(Promise<Void> done) {
    chain
        .chain(signer())
        .onFailure(done::tryFail)
        .onSuccess(round -> {
          keep(round.checkpoint());
          if (!round.more() || stopped) {
            done.complete();
          } else if (round.busy()) {
            vertx.setTimer(SOON_MS / 4, due -> round(done));
          } else {
            round(done);
          }
        });
  }

  private void keep(@Nullable Checkpoint signed) {
    if (signed != null) {
      judged(signer(), signed.seq());
      last.extend(signer(), signed);
    }
  }

  private void judged(AuditSigner signer, long seq) {
    String wrong = last.wrong(signer, seq);
    if (wrong != null && !alarmed) {
      LOG.error("The audit log is not as it was: {}. ./slipway audit verify tells more.", wrong);
    }
    alarmed = wrong != null;
  }

  private void failed(Throwable failure) {
    if (!failing && !stopped) {
      failing = true;
      LOG.warn("Audit rows cannot be chained just now; they will be: {}", failure.toString());
    }
  }

  /** What is noted until now is chained, as far as the database answers. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    vertx.cancelTimer(poll);
    Future<Void> end = signer == null ? Future.succeededFuture() : now().otherwiseEmpty();
    stopped = true;
    return end.eventually(last::written);
  }
}
