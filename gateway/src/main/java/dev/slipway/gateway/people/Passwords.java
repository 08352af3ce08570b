package dev.slipway.gateway.people;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges and hashes passwords, on threads of its own. */
final class Passwords {
  private final BoundedThreads threads;

  Passwords(Vertx vertx) {
    threads = new BoundedThreads(vertx, "passwords");
  }

  /** The hash of a password that is good enough; 422 for one that is not. */
  Future<String> accepted(String field, String password, List<String> known) {
    return threads.run(() -> {
      PasswordStrength.require(field, password, known);
      return PasswordHash.of(password);
    });
  }

  /**
   * Whether that is the password.
   *
   * @param stored null: nobody has it; it takes as long as if somebody had
   */
  Future<Boolean> matches(String password, @Nullable String stored) {
    return threads.run(() ->
        PasswordHash.matches(password, stored == null ? Nobody.HASH : stored) && stored != null);
  }

  private static final class Nobody {
    static final String HASH = PasswordHash.of("nobody has this password");
  }
}
