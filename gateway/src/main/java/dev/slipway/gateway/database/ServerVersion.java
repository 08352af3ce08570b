package dev.slipway.gateway.database;

import dev.slipway.contracts.database.DatabaseEngine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server says of its version, in the words that versions are chosen by. */
final class ServerVersion {
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,3})(?:\\.([0-9]{1,3}))?");

  private ServerVersion() {}

  /** PostgreSQL counts by one number, the others by two; the engine's usual one if unknown. */
  static String of(DatabaseEngine engine, @Nullable String told) {
    Matcher numbers = NUMBERS.matcher(told == null ? "" : told);
    if (!numbers.find()) {
      return engine.defaultVersion();
    }
    String minor = numbers.group(2);
    return engine == DatabaseEngine.POSTGRESQL || minor == null
        ? numbers.group(1)
        : numbers.group(1) + "." + minor;
  }
}
