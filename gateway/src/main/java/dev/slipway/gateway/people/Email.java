package dev.slipway.gateway.people;

import dev.slipway.gateway.http.Call;
import java.util.Locale;

/** Addresses of people: whatever the case, it is the same person. */
final class Email {
  private Email() {}

  static String of(String sent) {
    return sent.strip().toLowerCase(Locale.ROOT);
  }

  /** The one that a body names; the contract has checked its shape. */
  static String in(Call call) {
    return of(call.body().getString("email"));
  }
}
