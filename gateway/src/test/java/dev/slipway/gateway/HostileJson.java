package dev.slipway.gateway;

import dev.slipway.gateway.http.SchemaCheck;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Values that nearly fit a schema, and some that do not at all. */
final class HostileJson {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\ud800",
          "\udc00x",
          "\u202e\u200b\ufeff",
          "𝕊𝕝𝕚𝕡𝕨𝕒𝕪 🚢",
          "' or 1=1; drop table users--",
          "../../etc/passwd",
          "%s%n${jndi:ldap://x}{{7*7}}",
          "null",
          "-1",
          "NaN",
          "9999-12-31T23:59:59.999999999Z",
          "-999999999-01-01T00:00:00Z",
          "--upload-pack=x",
          "https://[::1]:99999/%zz",
          "a@b",
          "{\"a\":1}",
          "$1",
          "\\",
          "\r\nSet-Cookie: x=y");
  private static final List<Object> NUMBERS =
      List.of(
          0, -1, 1, 65_536, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 1e300, -0.0, 1.5);

  private final Random random;
  private final SchemaCheck schemas;

  HostileJson(Random random, SchemaCheck schemas) {
    this.random = random;
    this.schemas = schemas;
  }

  /** A text that somebody sends who means no good. */
  String text() {
    return switch (random.nextInt(12)) {
      case 0 -> "x".repeat(5_000);
      case 1 -> "é".repeat(300);
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  /** No JSON that an operation takes. */
  Object garbage() {
    return switch (random.nextInt(9)) {
      case 0 -> "[".repeat(20_000);
      case 1 -> "{\"a\":".repeat(500) + "1" + "}".repeat(500);
      case 2 -> new byte[] {(byte) 0xff, (byte) 0xfe, 0, '{', (byte) 0xc3};
      case 3 -> "{\"name\":\"" + "x".repeat(300_000) + "\"}";
      case 4 -> "1" + "0".repeat(5_000);
      case 5 -> "{\"name\":\"a\",\"name\":\"b\"}";
      case 6 -> "null";
      case 7 -> "\"\\ud800\"";
      default -> "[]";
    };
  }

  /** A value that fits the schema but for what chance spoils. */
  @Nullable Object value(JsonObject reference, int depth) {
    JsonObject schema = schemas.resolved(reference);
    if (random.nextInt(12) == 0 || depth > 6) {
      return spoiled();
    }
    JsonArray alternatives = schema.getJsonArray("oneOf");
    if (alternatives != null) {
      return value(alternatives.getJsonObject(random.nextInt(alternatives.size())), depth + 1);
    }
    JsonArray choices = schema.getJsonArray("enum");
    if (choices != null) {
      return choices.getValue(random.nextInt(choices.size()));
    }
    String type = String.valueOf(schema.getValue("type"));
    if (type.contains("object")) {
      return object(schema, depth);
    }
    if (type.contains("array")) {
      return array(schema, depth);
    }
    if (type.contains("integer") || type.contains("number")) {
      return random.nextBoolean() ? NUMBERS.get(random.nextInt(NUMBERS.size())) : random.nextInt(9);
    }
    if (type.contains("boolean")) {
      return random.nextBoolean();
    }
    return likely(schema);
  }

  private Object likely(JsonObject schema) {
    return switch (random.nextInt(4)) {
      case 0 -> text();
      case 1 -> "a" + random.nextInt(1_000);
      case 2 -> "a" + random.nextInt(1_000) + "@example.org";
      default ->
          schema.getInteger("maxLength", 5) < 10_000
              ? "z".repeat(schema.getInteger("maxLength", 5))
              : "z";
    };
  }

  private JsonObject object(JsonObject schema, int depth) {
    JsonObject made = new JsonObject();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    for (String name : properties.fieldNames()) {
      if (required.contains(name) ? random.nextInt(15) > 0 : random.nextInt(3) == 0) {
        made.put(name, value(properties.getJsonObject(name), depth + 1));
      }
    }
    if (schema.getValue("additionalProperties") instanceof JsonObject others) {
      made.put("A" + random.nextInt(9), value(others, depth + 1));
    } else if (random.nextInt(15) == 0) {
      made.put(text(), spoiled());
    }
    return made;
  }

  private JsonArray array(JsonObject schema, int depth) {
    JsonArray made = new JsonArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      made.add(value(schema.getJsonObject("items", new JsonObject()), depth + 1));
    }
    return made;
  }

  private @Nullable Object spoiled() {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> new JsonObject().put("x", new JsonArray().add(1));
      case 2 -> new JsonArray().add("x");
      case 3 -> true;
      case 4 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
      case 5 -> new String("\u00ff\u0000".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      default -> text();
    };
  }
}
