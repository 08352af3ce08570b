package dev.slipway.gateway.http;

import dev.slipway.platform.config.Settings;
import java.time.Duration;

/**
 * Who may come in, and how often.
 *
 * @param proxies whose word on a client's address counts ({@code SLIPWAY_TRUSTED_PROXIES},
 *     nobody's)
 * @param allowed from where the API and its pages may be used ({@code SLIPWAY_ALLOWED_ADDRESSES},
 *     from everywhere); loopback always may
 * @param perSecond requests a second of one address and of one caller ({@code SLIPWAY_RATE_LIMIT},
 *     200; 0: no limit); those from loopback are not counted
 * @param burst requests at once ({@code SLIPWAY_RATE_BURST}, 1000)
 * @param headTimeout in which a new connection must have sent its first request's head ({@code
 *     SLIPWAY_HEAD_TIMEOUT}, 20 s)
 */
public record FrontConfig(
    AddressRanges proxies, AddressRanges allowed, int perSecond, int burst, Duration headTimeout) {
  private static final int MOST = 1_000_000;

  public static final FrontConfig DEFAULT =
      new FrontConfig(AddressRanges.NONE, AddressRanges.NONE, 200, 1_000, Duration.ofSeconds(20));

  /** Reads the settings; the caller checks them. */
  public static FrontConfig from(Settings settings) {
    return new FrontConfig(
        AddressRanges.from(settings, "SLIPWAY_TRUSTED_PROXIES"),
        AddressRanges.from(settings, "SLIPWAY_ALLOWED_ADDRESSES"),
        settings.number("SLIPWAY_RATE_LIMIT", DEFAULT.perSecond(), 0, MOST),
        settings.number("SLIPWAY_RATE_BURST", DEFAULT.burst(), 1, MOST),
        settings.duration("SLIPWAY_HEAD_TIMEOUT", DEFAULT.headTimeout()));
  }
}
