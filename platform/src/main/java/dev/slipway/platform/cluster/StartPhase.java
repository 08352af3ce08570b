package dev.slipway.platform.cluster;

import java.util.Locale;

/**
 * How far an installation has come.
 *
 * <pre>
 *   PENDING --database answers--> INSTALLING --every service is there--> READY
 *                                     |                                    |
 *                                     +--------- something is away --------+--> FAILED, and back
 * </pre>
 */
public enum StartPhase {
  /** The database does not answer yet. */
  PENDING,
  /** The schema is brought up to date, or a service is still on its way. */
  INSTALLING,
  /** Everything answers. */
  READY,
  /** Something that was there, or must be there, is not. */
  FAILED;

  /** As it is told outside. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
