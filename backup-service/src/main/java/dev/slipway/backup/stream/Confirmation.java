package dev.slipway.backup.stream;

import java.io.IOException;

/**
 * Whether what came out of a tool counts. A tool's exit code is known only after its output ended,
 * so it is asked for then, and before anything is published.
 */
@FunctionalInterface
public interface Confirmation {
  /** For content that is right when it ends. */
  Confirmation NONE = () -> {};

  /**
   * Called once, on the caller's thread, after the content's end; it may wait.
   *
   * @throws IOException or any unchecked exception when the content must not count: nothing is
   *     published
   */
  void confirm() throws IOException;
}
