package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a {@code .env} file: {@code NAME=value}, comments, {@code export}, single quotes (taken as
 * they are), double quotes (with {@code \n}, {@code \t}, {@code \"}, {@code \\} and {@code \$}),
 * values over several lines. {@code ${NAME}} is left alone. Mistakes are named by their line, never
 * by what stands there.
 */
final class EnvFile {
  private static final int MOST_VARIABLES = 1_000;
  private static final int LONGEST_VALUE = 65_536;

  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<FieldError> errors = new ArrayList<>();
  private int at;
  private int line = 1;

  private EnvFile(String text) {
    String lines = text.replace("\r\n", "\n").replace('\r', '\n');
    this.text = lines.startsWith("\uFEFF") ? lines.substring(1) : lines;
  }

  /** The variables in the order of the file; a name that comes twice has its last value. */
  static Map<String, String> parse(String text) {
    EnvFile file = new EnvFile(text);
    while (file.at < file.text.length()) {
      file.readLine();
    }
    if (file.values.size() > MOST_VARIABLES) {
      file.mistake(1, "the file has more than " + MOST_VARIABLES + " variables");
    }
    if (!file.errors.isEmpty()) {
      throw Problem.invalid(file.errors);
    }
    return file.values;
  }

  /**
   * The variables as such a file, in order of their names, so that {@link #parse} reads the same.
   *
   * @param reveal false: secrets are left out but for their names, in comments
   */
  static String write(Environment environment, boolean reveal) {
    StringBuilder file = new StringBuilder();
    environment.items().stream()
        .sorted(Comparator.comparing(EnvironmentVariable::key))
        .forEach(item -> {
          if (item.secret() && !reveal) {
            file.append("# ").append(item.key()).append(" is a secret and left out\n");
          } else {
            file.append(item.key()).append('=').append(quoted(item.value())).append('\n');
          }
        });
    return file.toString();
  }

  private static String quoted(String value) {
    if (value.matches("[A-Za-z0-9_./:@%+,=-]*")) {
      return value;
    }
    if (value.indexOf('\'') < 0 && value.indexOf('\r') < 0) {
      return "'" + value + "'";
    }
    return '"'
        + value
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("$", "\\$")
            .replace("\r", "\\r")
            .replace("\n", "\\n")
        + '"';
  }

  private void readLine() {
    skipBlanks();
    if (ended() || peek() == '\n' || peek() == '#') {
      skipLine();
      return;
    }
    int begun = line;
    String name = readName();
    if (name.equals("export") && !ended() && isBlank(peek())) {
      skipBlanks();
      name = readName();
    }
    skipBlanks();
    if (ended() || peek() != '=') {
      mistake(begun, "must be NAME=value, a comment or empty");
      skipLine();
      return;
    }
    at++;
    String value = readValue(begun);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,199}")) {
      mistake(begun, "the name must be letters, digits and underscores, with no digit first");
    } else if (value.length() > LONGEST_VALUE) {
      mistake(begun, "the value must have at most " + LONGEST_VALUE + " characters");
    } else {
      values.put(name, value);
    }
  }

  private String readName() {
    int from = at;
    while (!ended() && peek() != '=' && peek() != '\n' && !isBlank(peek())) {
      at++;
    }
    return text.substring(from, at);
  }

  private String readValue(int begun) {
    skipBlanks();
    if (ended()) {
      return "";
    }
    char first = peek();
    if (first == '"' || first == '\'' || first == '`') {
      at++;
      String quoted = readQuoted(first, begun);
      requireNothingMore();
      return quoted;
    }
    int from = at;
    while (!ended() && peek() != '\n' && !(peek() == '#' && at > from && isBlank(before()))) {
      at++;
    }
    String plain = text.substring(from, at).strip();
    skipLine();
    return plain.startsWith("#") ? "" : plain;
  }

  private String readQuoted(char quote, int begun) {
    StringBuilder value = new StringBuilder();
    while (!ended() && peek() != quote) {
      char c = next();
      if (c == '\\' && quote == '"' && !ended()) {
        value.append(unescaped(next()));
      } else {
        value.append(c);
      }
    }
    if (ended()) {
      mistake(begun, "the quote that begins here is never closed");
    } else {
      at++;
    }
    return value.toString();
  }

  private static String unescaped(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case '"', '\\', '$' -> String.valueOf(c);
      default -> "\\" + c;
    };
  }

  private void requireNothingMore() {
    skipBlanks();
    if (!ended() && peek() != '\n' && peek() != '#') {
      mistake(line, "nothing but a comment may follow the closing quote");
    }
    skipLine();
  }

  private void mistake(int where, String what) {
    if (errors.size() < 50) {
      errors.add(new FieldError("line " + where, what));
    }
  }

  private void skipBlanks() {
    while (!ended() && isBlank(peek())) {
      at++;
    }
  }

  private void skipLine() {
    while (!ended() && next() != '\n') {
      // on to the next line
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private boolean ended() {
    return at >= text.length();
  }

  private char peek() {
    return text.charAt(at);
  }

  private char before() {
    return text.charAt(at - 1);
  }

  private char next() {
    char c = text.charAt(at++);
    if (c == '\n') {
      line++;
    }
    return c;
  }
}
