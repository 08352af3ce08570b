package dev.slipway.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.platform.bus.Json;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a change replaced and by what, as JSON of the fields that differ. Whatever has the name of a
 * secret is masked here once more, whoever forgot to do it before.
 *
 * @param before null when nothing was there
 * @param after null when nothing is left
 */
record BeforeAfter(@Nullable String before, @Nullable String after) {
  private static final int LONGEST = 64 * 1024;
  private static final TextNode MASK = JsonNodeFactory.instance.textNode("****");

  /** They change with everything, so they say nothing. */
  private static final Set<String> SILENT = Set.of("version", "updatedAt");

  /** The difference of two states; null: there was or is none. */
  static BeforeAfter of(@Nullable Object before, @Nullable Object after) {
    JsonNode was = tree(before);
    JsonNode is = tree(after);
    if (was instanceof ObjectNode old && is instanceof ObjectNode fresh) {
      retainDifferences(old, fresh);
    }
    return new BeforeAfter(text(was), text(is));
  }

  private static @Nullable JsonNode tree(@Nullable Object state) {
    return state == null ? null : masked("", Json.mapper().valueToTree(state));
  }

  private static @Nullable String text(@Nullable JsonNode state) {
    if (state == null) {
      return null;
    }
    String text = Json.text(state);
    return text.length() <= LONGEST
        ? text
        : Json.text(JsonNodeFactory.instance.objectNode().put("omittedCharacters", text.length()));
  }

  private static void retainDifferences(ObjectNode was, ObjectNode is) {
    Set<String> fields = new TreeSet<>();
    was.fieldNames().forEachRemaining(fields::add);
    is.fieldNames().forEachRemaining(fields::add);
    for (String field : fields) {
      JsonNode old = was.get(field);
      JsonNode fresh = is.get(field);
      if (SILENT.contains(field) || (old != null && old.equals(fresh))) {
        was.remove(field);
        is.remove(field);
      } else if (old instanceof ObjectNode oldPart && fresh instanceof ObjectNode freshPart) {
        retainDifferences(oldPart, freshPart);
      }
    }
  }

  private static JsonNode masked(String name, JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Iterator<String> names = object.deepCopy().fieldNames(); names.hasNext(); ) {
        String field = names.next();
        object.set(field, masked(field, object.get(field)));
      }
      return object;
    }
    return node.isTextual() && Secrets.isLikely(name) && !node.asText().startsWith("****")
        ? MASK
        : node;
  }
}
