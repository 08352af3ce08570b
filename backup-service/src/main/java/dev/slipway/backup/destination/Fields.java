package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of a configuration and the keys of objects may be. */
final class Fields {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_+=@-][A-Za-z0-9._+=@-]{0,199}");
  private static final Pattern BUCKET =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,253}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern HOST_KEY =
      Pattern.compile("(ssh-|ecdsa-|sk-)[A-Za-z0-9@.-]{1,60} [A-Za-z0-9+/=]{16,4000}( .{0,200})?");
  private static final int LONGEST_KEY = 512;
  private static final int LONGEST_TEXT = 1024;

  private Fields() {}

  static String key(String key) {
    return path("key", key, key.split("/", -1));
  }

  static String prefix(String field, @Nullable String prefix) {
    return prefix == null || prefix.isEmpty() ? "" : path(field, prefix, prefix.split("/", -1));
  }

  private static String path(String field, String path, String[] parts) {
    for (var part : parts) {
      if (!PART.matcher(part).matches()) {
        throw Problem.invalid(
            field,
            "is to be a path whose parts have 1 to 200 letters, digits and ._-+=@ and begin with no dot");
      }
    }
    if (path.length() > LONGEST_KEY) {
      throw Problem.invalid(field, "has more than " + LONGEST_KEY + " characters");
    }
    return path;
  }

  static String text(String field, @Nullable String text) {
    if (text == null || text.isBlank() || text.length() > LONGEST_TEXT || hasControls(text)) {
      throw Problem.invalid(
          field,
          "is to have 1 to " + LONGEST_TEXT + " characters, none of them a control character");
    }
    return text;
  }

  static String word(String field, String word) {
    return matching(field, word, WORD, "is to be one word of letters, digits, - and _");
  }

  static String bucket(String field, @Nullable String bucket) {
    return matching(
        field,
        bucket,
        BUCKET,
        "is to be a bucket's name: 3 to 63 letters, digits, dots and hyphens");
  }

  static String host(String field, @Nullable String host) {
    return matching(field, host, HOST, "is to be a host's name or address");
  }

  private static String matching(String field, @Nullable String text, Pattern form, String rule) {
    if (text == null || !form.matcher(text).matches()) {
      throw Problem.invalid(field, rule);
    }
    return text;
  }

  static int port(String field, int port) {
    if (port < 1 || port > 65_535) {
      throw Problem.invalid(field, "is to be between 1 and 65535");
    }
    return port;
  }

  /** A directory: never one that leaves where it is meant to be. */
  static String path(String field, @Nullable String path) {
    var text = text(field, path);
    for (var part : text.split("/")) {
      if (part.equals("..")) {
        throw Problem.invalid(field, "may not contain '..'");
      }
    }
    return text;
  }

  static String endpoint(String field, @Nullable String endpoint) {
    var rule = "is to be https://host or https://host:port and nothing else";
    try {
      var uri = new URI(text(field, endpoint).replaceFirst("/$", ""));
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      boolean bare =
          uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && "".equals(uri.getRawPath());
      if (!web || !bare || uri.getHost() == null) {
        throw Problem.invalid(field, rule);
      }
      return uri.toString();
    } catch (URISyntaxException e) {
      throw Problem.invalid(field, rule);
    }
  }

  static String hostKeys(String field, @Nullable String keys) {
    if (keys == null || keys.isBlank()) {
      return "";
    }
    for (var line : keys.strip().split("\n")) {
      matching(field, line.strip(), HOST_KEY, "is to be a public key such as 'ssh-ed25519 AAAA…'");
    }
    return keys.strip();
  }

  static Secret secret(@Nullable Secret secret) {
    return secret == null ? new Secret("") : secret;
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }
}
