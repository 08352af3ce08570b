package dev.slipway.platform.lease;

/**
 * Somebody else owns it by now, or it has ended: stop at once and undo nothing, the new owner goes
 * on.
 */
public final class FencedOut extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses what {@code fence} wanted to write. */
  public FencedOut(Fence fence) {
    super("Saga " + fence.sagaId() + " is not ours any more (fence " + fence.number() + ").");
  }

  /** Refuses what the former owner of {@code lease} wanted to write. */
  public FencedOut(Lease lease) {
    super("The lease " + lease.name() + " is not ours any more (fence " + lease.fence() + ").");
  }

  /** Refuses what a former writer of the log {@code stream} wanted to append. */
  public FencedOut(String stream) {
    super("The log " + stream + " is not ours to write any more.");
  }
}
