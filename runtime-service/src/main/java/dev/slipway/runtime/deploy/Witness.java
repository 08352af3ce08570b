package dev.slipway.runtime.deploy;

import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.service.Replica;

/** Hears what the health gate sees while it waits. */
interface Witness {
  /** Nobody listens: an old release is put back. */
  Witness SILENT =
      new Witness() {
        @Override
        public void notes(LogLevel level, String text) {}

        @Override
        public void watches(Replica replica) {}

        @Override
        public void checkpoint() {}
      };

  /** Worth a line in the deployment's log. */
  void notes(LogLevel level, String text);

  /** This replica takes its time or has failed: what it prints is of interest. */
  void watches(Replica replica);

  /** Called between looks; throws when the wait is not wanted any more. */
  void checkpoint();
}
