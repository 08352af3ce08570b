package dev.slipway.gateway.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of a repository's address: http(s), git and ssh URLs, and {@code user@host:path}. */
final class Repository {
  private static final Pattern URL =
      Pattern.compile(
          "(?i)(https?|git|ssh)://(?:([^/@\\s]*)@)?(\\[[0-9a-f:]+\\]|[a-z0-9._-]+)(:[0-9]{1,5})?/(\\S+)");
  private static final Pattern SCP =
      Pattern.compile("[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9._-]*:(?!//)\\S+");
  private static final Pattern SCHEME = Pattern.compile("(?i)([a-z][a-z0-9+.-]*)(://|::).*");

  private Repository() {}

  /**
   * What is wrong with an address; null when nothing is. It never repeats the address: it may hold
   * a password.
   */
  static @Nullable String mistake(String address) {
    if (!address.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      return "must be a URL without spaces and control characters";
    }
    Matcher url = URL.matcher(address);
    if (url.matches()) {
      return mistakeInUser(url.group(1), url.group(2));
    }
    if (SCP.matcher(address).matches()) {
      return null;
    }
    Matcher scheme = SCHEME.matcher(address);
    if (scheme.matches() && !scheme.group(1).matches("(?i)https?|git|ssh")) {
      return "must begin with https://, http://, git:// or ssh://, or be user@host:path; "
          + scheme.group(1)
          + " is not supported";
    }
    return "must be an address such as https://git.example.org/me/app.git or git@git.example.org:me/app.git";
  }

  private static @Nullable String mistakeInUser(String scheme, @Nullable String user) {
    if (user == null) {
      return null;
    }
    if (scheme.equalsIgnoreCase("ssh") && !user.contains(":") && !user.startsWith("-")) {
      return null;
    }
    return "must not hold a user or password: everybody who may read the application would see it";
  }
}
