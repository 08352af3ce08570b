package dev.slipway.docker.java;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the engine's JSON, where null, absent and empty all mean the same. */
final class Nodes {
  private Nodes() {}

  static Map<String, String> map(JsonNode node) {
    var map = new LinkedHashMap<String, String>();
    node.properties().forEach(field -> map.put(field.getKey(), field.getValue().asText()));
    return map;
  }

  static List<String> texts(JsonNode node) {
    var texts = new ArrayList<String>();
    node.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  static @Nullable String text(JsonNode node) {
    var text = node.isNull() ? "" : node.asText();
    return text.isEmpty() ? null : text;
  }

  /** The engine writes year 1 for "never". */
  static @Nullable Instant instant(JsonNode node) {
    var text = text(node);
    return text == null || text.startsWith("0001-") ? null : OffsetDateTime.parse(text).toInstant();
  }

  static Instant instant(JsonNode node, Instant otherwise) {
    var instant = instant(node);
    return instant == null ? otherwise : instant;
  }

  /** {@code 10.0.1.3/24} without its prefix length. */
  static String address(String withPrefix) {
    var slash = withPrefix.indexOf('/');
    return slash < 0 ? withPrefix : withPrefix.substring(0, slash);
  }
}
