package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a stranger's JSON has at a place: nothing is taken for granted, all is bounded. */
final class Tree {
  private static final int LONGEST = 500;
  private static final int MOST_FILES = 20_000;

  private Tree() {}

  /** The text at a path; null when there is none, or it is empty. */
  static @Nullable String text(JsonNode json, String pointer) {
    JsonNode at = json.at(pointer);
    return at.isTextual() ? bounded(at.asText()) : null;
  }

  static String text(JsonNode json, String pointer, String otherwise) {
    String text = text(json, pointer);
    return text == null ? otherwise : text;
  }

  /** The first text that is there. */
  static String first(JsonNode json, String otherwise, String... pointers) {
    for (String pointer : pointers) {
      String text = text(json, pointer);
      if (text != null) {
        return text;
      }
    }
    return otherwise;
  }

  /** A time in RFC 3339, or null. */
  static @Nullable Instant time(JsonNode json, String pointer) {
    String text = text(json, pointer);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return null; // a time that cannot be read is as good as none
    }
  }

  /** A commit's id, or null: only zeros stand for "none". */
  static @Nullable String commit(JsonNode json, String pointer) {
    String text = text(json, pointer);
    return text == null || !text.matches("[0-9a-fA-F]{7,64}") || text.matches("0+") ? null : text;
  }

  /**
   * Adds the texts of a list to a set.
   *
   * @return false when there is no list, or there would be too many
   */
  static boolean addAll(JsonNode list, Set<String> files) {
    if (!list.isArray() || list.size() + files.size() > MOST_FILES) {
      return false;
    }
    list.forEach(file -> files.add(file.asText()));
    return true;
  }

  /** PostgreSQL keeps no U+0000 in a text. */
  private static @Nullable String bounded(String text) {
    String clean = text.replace('\0', ' ').strip();
    if (clean.isEmpty()) {
      return null;
    }
    if (clean.length() <= LONGEST) {
      return clean;
    }
    boolean pair = Character.isHighSurrogate(clean.charAt(LONGEST - 1));
    return clean.substring(0, pair ? LONGEST - 1 : LONGEST);
  }
}
