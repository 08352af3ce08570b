package dev.slipway.platform.config;

import dev.slipway.platform.config.InvalidSettings.Mistake;
import dev.slipway.platform.pg.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads settings from an environment. Every reader returns at once, with the default when the value
 * is wrong, and notes the mistake; {@link #check} throws them all together. So a configuration
 * record reads all its settings, then checks:
 *
 * <pre>{@code
 * Settings settings = Settings.of(System.getenv());
 * int port = settings.port("SLIPWAY_API_PORT", 3001);
 * Secret password = settings.secret("SLIPWAY_ADMIN_PASSWORD");
 * settings.check();
 * }</pre>
 *
 * An empty value counts as not set. Not safe to share between threads.
 */
public final class Settings {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([kmgt]?)i?b?");

  private final Map<String, String> values;
  private final List<Mistake> mistakes = new ArrayList<>();

  private Settings(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** Reads from these values, usually {@code System.getenv()}. */
  public static Settings of(Map<String, String> values) {
    return new Settings(values);
  }

  /** A text, trimmed. */
  public String text(String name, String byDefault) {
    return value(name).orElse(byDefault);
  }

  /** A text that may be missing. */
  public Optional<String> text(String name) {
    return value(name);
  }

  /** A whole number within bounds, both included. */
  public int number(String name, int byDefault, int least, int most) {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, in the same words as a number out of bounds.
    }
    return mistaken(
        name,
        "is '" + text.get() + "'",
        "set a whole number from " + least + " to " + most,
        byDefault);
  }

  /** A TCP port; 0 asks for any free one. */
  public int port(String name, int byDefault) {
    return number(name, byDefault, 0, 65_535);
  }

  /** {@code true}, {@code yes}, {@code on}, {@code 1} and their opposites. */
  public boolean flag(String name, boolean byDefault) {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    return switch (text.get().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> mistaken(name, "is '" + text.get() + "'", "set true or false", byDefault);
    };
  }

  /** A file or folder; a leading {@code ~} is the home of whoever runs this. */
  public Path path(String name, String byDefault) {
    String text = value(name).orElse(byDefault);
    String home = System.getProperty("user.home");
    String expanded = text.equals("~") || text.startsWith("~/") ? home + text.substring(1) : text;
    try {
      return Path.of(expanded).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return mistaken(name, "is not a path", "set the name of a folder", Path.of("."));
    }
  }

  /**
   * {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}, or ISO 8601 ({@code PT30S}).
   */
  public Duration duration(String name, Duration byDefault) {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    Matcher match = DURATION.matcher(text.get().toLowerCase(Locale.ROOT));
    if (match.matches()) {
      long amount = Long.parseLong(match.group(1));
      return switch (match.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      return Duration.parse(text.get());
    } catch (DateTimeParseException e) {
      return mistaken(
          name, "is '" + text.get() + "'", "set a time such as 30s, 5m or 2h", byDefault);
    }
  }

  /**
   * A number of bytes: {@code 512}, {@code 64k}, {@code 512MB}, {@code 2GiB}; units are powers of
   * 1024.
   */
  public long bytes(String name, long byDefault) {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    Matcher match = SIZE.matcher(text.get().toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      return mistaken(
          name, "is '" + text.get() + "'", "set a size such as 512MB or 2GB", byDefault);
    }
    int power = match.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(match.group(2));
    return Long.parseLong(match.group(1)) << (10 * power);
  }

  /** One of the names of an enum, in any case, {@code -} for {@code _}. */
  public <E extends Enum<E>> E choice(String name, E byDefault) {
    Optional<String> text = value(name);
    if (text.isEmpty()) {
      return byDefault;
    }
    List<String> names = new ArrayList<>();
    for (E choice : byDefault.getDeclaringClass().getEnumConstants()) {
      String shown = choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (shown.equals(text.get().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return choice;
      }
      names.add(shown);
    }
    return mistaken(
        name, "is '" + text.get() + "'", "set one of " + String.join(", ", names), byDefault);
  }

  /**
   * A secret, from the variable itself or from the file that {@code NAME_FILE} names; empty when
   * neither is set.
   */
  public Secret secret(String name) {
    Optional<String> direct = value(name);
    Optional<String> file = value(name + "_FILE");
    if (direct.isPresent() && file.isPresent()) {
      return mistaken(
          name, "and " + name + "_FILE are both set", "set only one of them", new Secret(""));
    }
    if (file.isEmpty()) {
      return new Secret(direct.orElse(""));
    }
    try {
      return new Secret(Files.readString(Path.of(file.get())).strip());
    } catch (IOException | InvalidPathException e) {
      return mistaken(
          name + "_FILE",
          "names a file that cannot be read",
          "check the path and its rights",
          new Secret(""));
    }
  }

  /**
   * A {@link DatabaseUrl} that may be missing. Its mistakes never repeat it: it holds a password.
   */
  public Optional<DatabaseUrl> databaseUrl(String name) {
    try {
      return value(name).map(DatabaseUrl::parse);
    } catch (IllegalArgumentException e) {
      return mistaken(
          name,
          "is not a database URL",
          "set postgresql://user:password@host:5432/database",
          Optional.empty());
    }
  }

  /**
   * Notes a mistake that only the caller can see, such as two settings that do not fit together.
   * Services in one process read some settings together; what is wrong is told once.
   */
  public void mistake(String variable, String wrong, String remedy) {
    Mistake mistake = new Mistake(variable, wrong, remedy);
    if (!mistakes.contains(mistake)) {
      mistakes.add(mistake);
    }
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidSettings with everything that is wrong
   */
  public void check() {
    if (!mistakes.isEmpty()) {
      throw new InvalidSettings(mistakes);
    }
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private <T> T mistaken(String name, String wrong, String remedy, T byDefault) {
    mistake(name, wrong, remedy);
    return byDefault;
  }
}
