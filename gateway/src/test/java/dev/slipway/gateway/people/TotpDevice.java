package dev.slipway.gateway.people;

import java.time.Instant;

/** What somebody carries with him. */
public record TotpDevice(String secret) {
  /** The code of this moment. */
  public String code() {
    return Totp.code(secret, Instant.now());
  }

  /** The code of the next half minute, which counts already. */
  public String nextCode() {
    return Totp.code(secret, Instant.now().plusSeconds(30));
  }
}
