package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;

/** What a tool complained about, in the words of a person who can mend it. */
@FunctionalInterface
interface Complaints {
  /**
   * The failure of a tool that ended like this.
   *
   * @param code its exit code
   * @param outOfMemory it was killed at its memory limit
   */
  Problem of(String tool, int code, String stderr, boolean outOfMemory);
}
