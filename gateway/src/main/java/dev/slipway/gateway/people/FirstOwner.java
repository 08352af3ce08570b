package dev.slipway.gateway.people;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.UserStore;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first owner as the settings name him ({@code SLIPWAY_ADMIN_EMAIL}, {@code
 * SLIPWAY_ADMIN_PASSWORD}): for installations that nobody sets up by hand. They count only while
 * there is no owner.
 */
public final class FirstOwner {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOwner.class);
  private static final String EMAIL = "SLIPWAY_ADMIN_EMAIL";
  private static final String PASSWORD = "SLIPWAY_ADMIN_PASSWORD";

  private FirstOwner() {}

  /**
   * Makes him when he is named and nobody is there. Blocks and awaits: for the main thread or a
   * virtual one.
   */
  public static void ensure(Settings settings, UserStore users) {
    Optional<String> email = settings.text(EMAIL);
    Secret password = settings.secret(PASSWORD);
    if (email.isPresent() == password.isEmpty()) {
      settings.mistake(
          email.isPresent() ? PASSWORD : EMAIL,
          "is not set, but the other one is",
          "set both, or none of them");
    }
    settings.check();
    if (email.isPresent() && !users.hasOwner().await()) {
      add(Email.of(email.get()), password.reveal(), users);
    }
  }

  private static void add(String email, String password, UserStore users) {
    try {
      PasswordStrength.require(PASSWORD, password, List.of(email, "slipway"));
      users.first(email, email, PasswordHash.of(password)).await();
      LOG.info("{} is the first owner of this installation", email);
    } catch (Problem problem) {
      if (!problem.code().equals("already_set_up")) {
        throw new SetupFailure(problem.detail() + "; choose another password.", problem);
      }
    }
  }
}
