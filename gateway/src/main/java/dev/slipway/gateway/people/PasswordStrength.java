package dev.slipway.gateway.people;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import dev.slipway.contracts.problem.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a password is hard to guess: its length, and what zxcvbn knows of how people choose them.
 * It takes milliseconds, and seconds for the longest: never on an event loop.
 */
final class PasswordStrength {
  /** Characters at least. */
  static final int LEAST = 12;

  /** Out of 0 to 4; 3 takes 10^8 guesses and more. */
  private static final int ENOUGH = 3;

  /** What is behind that is not judged: judging takes a time that grows with the cube. */
  private static final int JUDGED = 64;

  private PasswordStrength() {}

  /** Refuses a password that is short or easily guessed. */
  static void require(String field, String password, List<String> known) {
    if (password.codePointCount(0, password.length()) < LEAST) {
      throw Problem.invalid(field, "must have at least " + LEAST + " characters");
    }
    String judged = password.length() > JUDGED ? password.substring(0, JUDGED) : password;
    Strength strength = Judge.ZXCVBN.measure(judged, known);
    if (strength.getScore() < ENOUGH) {
      throw Problem.invalid(field, "is too easily guessed" + reason(strength));
    }
  }

  private static String reason(Strength strength) {
    @Nullable String warning = strength.getFeedback().getWarning(Locale.ENGLISH);
    return warning == null || warning.isBlank()
        ? "; several words that have nothing to do with each other are better"
        : ": " + warning;
  }

  /** Its word lists are read when the first password is judged. */
  private static final class Judge {
    static final Zxcvbn ZXCVBN = new Zxcvbn();
  }
}
