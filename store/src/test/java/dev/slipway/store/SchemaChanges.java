package dev.slipway.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges whether the version before goes on working beside a migration: what it reads must stay,
 * and what it writes must still be accepted. A statement that only looks dangerous says so itself,
 * in a comment before it: {@code -- beside the version before: why that is safe}.
 */
final class SchemaChanges {
  private static final String NAME = "(?:if (?:not )?exists )?(?:only )?\"?([a-z_0-9.]+)\"?";
  private static final Pattern CREATED = Pattern.compile("create (?:unlogged )?table " + NAME);
  private static final Pattern ALTERED = Pattern.compile("alter table " + NAME);
  private static final Pattern UNIQUE_ON =
      Pattern.compile("create unique index (?:concurrently )?.*? on " + NAME);
  private static final Pattern EXCUSE = Pattern.compile("--\\s*beside the version before:\\s*\\S+");

  /** What is refused anywhere, and why. */
  private static final List<Rule> RULES =
      List.of(
          new Rule("drop (table|view|sequence|type|schema|function|trigger|index)", "drops"),
          new Rule("alter table .* drop (column|constraint)", "drops"),
          new Rule("alter .* rename", "renames"),
          new Rule("alter (column )?\\S+ (set data )?type ", "changes a type"),
          new Rule("set not null", "refuses what was accepted"),
          new Rule("drop default", "refuses what was accepted"),
          new Rule("^truncate", "removes rows"));

  /** What is refused on a table that the version before knows. */
  private static final List<Rule> RULES_FOR_KNOWN_TABLES =
      List.of(
          new Rule(
              "add (column )?(if not exists )?(?!constraint|check|unique|foreign|primary)[^,]*not"
                  + " null(?![^,]*default)(?<!default[^,]{0,80}not null)",
              "adds a column that must be written"),
          new Rule(
              "add (constraint|check|unique|foreign key|primary key)",
              "refuses what was accepted"));

  private final Set<String> fresh = new HashSet<>();

  private record Rule(Pattern pattern, String why) {
    Rule(String pattern, String why) {
      this(Pattern.compile(pattern), why);
    }

    boolean breaks(String statement) {
      return pattern.matcher(statement).find();
    }
  }

  /** What is wrong with a file; empty when it may run beside the version before. */
  List<String> mistakesOf(String file, String sql) {
    List<String> mistakes = new ArrayList<>();
    for (String statement : statements(sql)) {
      String words = plain(statement);
      if (!words.isEmpty() && !EXCUSE.matcher(statement).find()) {
        judge(words).forEach(why -> mistakes.add(file + " " + why + ": " + words));
      }
      Matcher created = CREATED.matcher(words);
      if (created.find()) {
        fresh.add(created.group(1));
      }
    }
    return mistakes;
  }

  private List<String> judge(String words) {
    List<String> why = new ArrayList<>();
    RULES.stream().filter(rule -> rule.breaks(words)).forEach(rule -> why.add(rule.why()));
    if (isOnKnown(ALTERED, words)) {
      RULES_FOR_KNOWN_TABLES.stream()
          .filter(rule -> rule.breaks(words))
          .forEach(rule -> why.add(rule.why()));
    }
    if (isOnKnown(UNIQUE_ON, words)) {
      why.add("refuses what was accepted");
    }
    return why;
  }

  private boolean isOnKnown(Pattern pattern, String words) {
    Matcher match = pattern.matcher(words);
    return match.find() && !fresh.contains(match.group(1));
  }

  /** Split at semicolons that end a statement; bodies of functions stay whole. */
  private static List<String> statements(String sql) {
    List<String> statements = new ArrayList<>();
    int from = 0;
    boolean inBody = false;
    boolean inComment = false;
    for (int at = 0; at < sql.length(); at++) {
      if (sql.startsWith("$$", at)) {
        inBody = !inBody;
        at++;
      } else if (sql.startsWith("--", at)) {
        inComment = true;
      } else if (sql.charAt(at) == '\n') {
        inComment = false;
      } else if (sql.charAt(at) == ';' && !inBody && !inComment) {
        statements.add(sql.substring(from, at));
        from = at + 1;
      }
    }
    statements.add(sql.substring(from));
    return statements;
  }

  /** Lower case, one space between words, no comments, no bodies of functions. */
  private static String plain(String statement) {
    return statement
        .replaceAll("--[^\\n]*", " ")
        .replaceAll("(?s)\\$\\$.*?\\$\\$", " ")
        .replaceAll("'[^']*'", "''")
        .replaceAll("\\s+", " ")
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
