package dev.slipway.platform.saga;

/**
 * The saga was asked to stop before its point of no return. Let it through: the runner undoes what
 * was made.
 */
public final class Cancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The given saga was cancelled. */
  public Cancelled(String sagaId) {
    super("Saga " + sagaId + " was cancelled.");
  }
}
