package dev.slipway.backup.run;

import dev.slipway.backup.dump.Dump;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.verify.Rehearsal;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.platform.lease.Fence;

/** What a backup is of, in the hands of a saga. Calls block. */
interface Kept {
  /** What a manifest calls the form of its dumps. */
  String format();

  /** The ending of its files. */
  String ending();

  /**
   * Whose tools read it: an image's name.
   *
   * @throws dev.slipway.contracts.problem.Problem when it is not there or cannot be read
   */
  String image();

  /**
   * Begins to read it; closing the dump ends all that was begun for it.
   *
   * @param fence of the attempt
   */
  Dump dump(Site site, Fence fence);

  /** Takes back what this attempt, or those before it, left where it is. */
  void release(Fence fence);

  /** How a backup of it is tried out, also when it is not there any more. */
  Rehearsal rehearsal();

  /** What was counted, as part of a sentence. */
  String told(Manifest manifest);
}
