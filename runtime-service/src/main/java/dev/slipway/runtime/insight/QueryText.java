package dev.slipway.runtime.insight;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Queries without the values in them: those are somebody's data. What cannot be told apart for
 * certain, such as a text that was cut in the middle, is left out to its end.
 */
final class QueryText {
  private static final Pattern VALUES =
      Pattern.compile(
          "\"(?:[^\"]|\"\")*+(?:\"|$)" // names, which stay
              + "|[eE]'(?:[^'\\\\]|''|\\\\.)*+(?:'|$)" // texts with escapes, cut ones too
              + "|[bBxXnN]?'(?:[^']|'')*+(?:'|$)" // texts, where a backslash is one
              + "|\\$((?:[A-Za-z_]\\w*)?)\\$.*?(?:\\$\\1\\$|$)" // texts between dollars
              + "|--[^\\n]*|/\\*.*?(?:\\*/|$)" // comments
              + "|(?<![\\w$.])[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", // numbers, not $1 or t2
          Pattern.DOTALL);

  private QueryText() {}

  static String withoutValues(String query) {
    return VALUES
        .matcher(query)
        .replaceAll(found ->
            found.group().startsWith("\"") ? Matcher.quoteReplacement(found.group()) : "?");
  }
}
