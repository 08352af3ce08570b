package dev.slipway.runtime.keep;

import dev.slipway.platform.config.Settings;
import java.time.Duration;

/**
 * How long things are kept that nobody asked to keep. Releases are not among them: the last ten
 * that served are always kept, with their images.
 *
 * @param every from the beginning of one look at everything to the next
 * @param imageGrace an image is never collected before this time after it was made or last taken
 * @param logs age of an application's lines; a deployment's stay as long as the deployment
 * @param logBytes of one application's log; the oldest go first
 * @param sagas the journal of finished work, and with it the steps shown of old deployments
 * @param events what readers of the event stream may come back for
 * @param idempotencyKeys within which a repeated request changes nothing
 */
public record KeepConfig(
    Duration every,
    Duration imageGrace,
    Duration logs,
    long logBytes,
    Duration sagas,
    Duration events,
    Duration idempotencyKeys) {

  public static final KeepConfig DEFAULTS =
      new KeepConfig(
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofDays(7),
          1L << 30,
          Duration.ofDays(30),
          Duration.ofDays(7),
          Duration.ofHours(48));

  /** Reads the settings; the caller checks them for mistakes. */
  public static KeepConfig from(Settings settings) {
    return new KeepConfig(
        settings.duration("SLIPWAY_KEEP_EVERY", DEFAULTS.every()),
        settings.duration("SLIPWAY_KEEP_IMAGE_GRACE", DEFAULTS.imageGrace()),
        settings.duration("SLIPWAY_KEEP_LOGS", DEFAULTS.logs()),
        settings.bytes("SLIPWAY_KEEP_LOG_BYTES", DEFAULTS.logBytes()),
        settings.duration("SLIPWAY_KEEP_JOURNAL", DEFAULTS.sagas()),
        settings.duration("SLIPWAY_KEEP_EVENTS", DEFAULTS.events()),
        settings.duration("SLIPWAY_KEEP_IDEMPOTENCY", DEFAULTS.idempotencyKeys()));
  }
}
