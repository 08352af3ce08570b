package dev.slipway.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads times as people write them: {@code 7 days ago}, {@code 2h}, {@code yesterday}, {@code
 * 2026-11-14}.
 */
final class Since {
  private static final Pattern AGO =
      Pattern.compile("(\\d{1,6}) ?(s|sec|second|m|min|minute|h|hour|d|day|w|week)s?( ago)?");

  private Since() {}

  /** The moment that is meant, from a given now. */
  static Instant parse(String text, Instant now) {
    String plain = text.strip().toLowerCase(Locale.ROOT);
    Matcher ago = AGO.matcher(plain);
    if (ago.matches()) {
      long amount = Long.parseLong(ago.group(1));
      return now.minus(
          switch (ago.group(2).charAt(0)) {
            case 's' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMinutes(amount);
            case 'h' -> Duration.ofHours(amount);
            case 'd' -> Duration.ofDays(amount);
            default -> Duration.ofDays(7 * amount);
          });
    }
    if (plain.equals("yesterday")) {
      return now.minus(Duration.ofDays(1));
    }
    try {
      return plain.contains("t")
          ? OffsetDateTime.parse(plain.toUpperCase(Locale.ROOT)).toInstant()
          : LocalDate.parse(plain).atStartOfDay(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeParseException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE,
          "'" + text + "' is no time; say '7 days ago', 2h, 2026-11-14 or 2026-11-14T10:00:00Z.");
    }
  }
}
