package dev.slipway.docker;

/** Hears of a build while it runs: the step timeline and what the steps print. */
public interface BuildListener {

  /** Listens to nothing. */
  BuildListener NONE =
      new BuildListener() {
        @Override
        public void step(BuildStep step) {}

        @Override
        public void output(BuildStep step, OutputKind kind, byte[] bytes, int offset, int length) {}
      };

  /** A step began or ended. A cached step is only told once. */
  void step(BuildStep step);

  /**
   * A step printed these bytes: any part of its output, not necessarily whole lines. The array is
   * reused after the call.
   */
  void output(BuildStep step, OutputKind kind, byte[] bytes, int offset, int length);
}
