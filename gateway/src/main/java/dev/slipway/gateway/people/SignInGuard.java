package dev.slipway.gateway.people;

import dev.slipway.contracts.problem.RetryLater;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.store.SignInLimits;
import dev.slipway.store.SignInLimits.Limit;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Bounds how often a password or a code may be guessed: per account, whoever guesses, and per
 * address, whomever it guesses at. Known and unknown accounts are counted alike.
 */
final class SignInGuard {
  private static final Limit ACCOUNT = new Limit(10, Duration.ofSeconds(30));
  private static final Limit ADDRESS = new Limit(50, Duration.ofSeconds(5));

  private final SignInLimits limits;

  SignInGuard(SignInLimits limits) {
    this.limits = limits;
  }

  /** Takes one try of both before anything is looked up; 429 when there is none. */
  Future<Void> take(String account, String address) {
    return takeFrom(address)
        .compose(free -> limits.take(subject("account", account), ACCOUNT))
        .compose(SignInGuard::orWait);
  }

  /** Takes one try from an address, where no account is named. */
  Future<Void> takeFrom(String address) {
    return limits.take(subject("address", address), ADDRESS).compose(SignInGuard::orWait);
  }

  /** It was the right one: the account's tries are all there again. */
  Future<Void> passed(String account) {
    return limits.forgive(subject("account", account));
  }

  private static Future<Void> orWait(long seconds) {
    return seconds == 0
        ? Future.succeededFuture()
        : Future.failedFuture(
            new RetryLater(
                "too_many_attempts",
                "Too many attempts to sign in.",
                "Try again after the seconds in Retry-After.",
                seconds));
  }

  /** Hashed: what somebody typed as his address may be his password. */
  private static String subject(String kind, String name) {
    return kind + ":" + NewKey.hash(name);
  }
}
