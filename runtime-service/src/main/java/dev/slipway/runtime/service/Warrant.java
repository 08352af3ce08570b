package dev.slipway.runtime.service;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Tx;
import dev.slipway.store.ServingStore;
import io.vertx.core.Future;

/**
 * Says whether who is about to change the engine still may. A process can be frozen between any two
 * lines, so it is asked right before each change; what slips through between question and change is
 * caught by Swarm's version index (docs/adr/014).
 */
public interface Warrant {

  /**
   * Returns when it is still ours.
   *
   * @throws FencedOut when somebody else has taken over
   */
  void check();

  /** Who acts: another name after every change of hands. */
  String owner();

  /** Fails the transaction when somebody else has taken over, and keeps them out until its end. */
  Future<Void> guard(Tx tx, ApplicationId application);

  /** What is thrown at who comes too late. */
  FencedOut lost();

  /** The owner of a deploy saga. */
  static Warrant of(Database database, Fence fence) {
    return new Warrant() {
      @Override
      public void check() {
        fence.prove(database).await();
      }

      @Override
      public String owner() {
        return fence.sagaId() + "/" + fence.number();
      }

      @Override
      public Future<Void> guard(Tx tx, ApplicationId application) {
        return fence.guard(tx);
      }

      @Override
      public FencedOut lost() {
        return new FencedOut(fence);
      }
    };
  }

  /** The one reconcile loop, which keeps away from what a saga works on. */
  static Warrant of(Database database, Lease lease) {
    return new Warrant() {
      @Override
      public void check() {
        lease.prove(database).await();
      }

      @Override
      public String owner() {
        return lease.name() + "/" + lease.fence();
      }

      @Override
      public Future<Void> guard(Tx tx, ApplicationId application) {
        return lease.guard(tx).compose(held -> ServingStore.mustBeIdle(tx, application));
      }

      @Override
      public FencedOut lost() {
        return new FencedOut(lease);
      }
    };
  }
}
