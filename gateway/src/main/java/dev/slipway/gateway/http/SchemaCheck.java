package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.FieldError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a value against a schema of the contract and says, field by field, what is wrong and what
 * would be right. Values are never repeated but for numbers: they may be secrets. It understands
 * the part of JSON Schema that the contract uses; {@code ContractTest} fails when the contract uses
 * more.
 */
public final class SchemaCheck {
  /** The keywords this class understands, beside annotations. */
  static final Set<String> KEYWORDS =
      Set.of(
          "$ref",
          "type",
          "enum",
          "oneOf",
          "properties",
          "required",
          "additionalProperties",
          "minProperties",
          "maxProperties",
          "items",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minLength",
          "maxLength",
          "pattern",
          "minimum",
          "maximum",
          "format");

  private static final int MOST_ERRORS = 50;

  private final JsonObject schemas;
  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  /** A check that finds {@code #/components/schemas/…} here. */
  public SchemaCheck(JsonObject schemas) {
    this.schemas = schemas;
  }

  /** Everything that is wrong with the value, the first 50 errors; empty when it fits. */
  public List<FieldError> check(String field, @Nullable Object value, JsonObject schema) {
    List<FieldError> errors = new ArrayList<>();
    check(field, value, schema, errors);
    return errors;
  }

  /** The schema itself, with its reference followed. */
  public JsonObject resolved(JsonObject schema) {
    String reference = schema.getString("$ref");
    if (reference == null) {
      return schema;
    }
    JsonObject found = schemas.getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
    if (found == null) {
      throw new IllegalStateException("The contract refers to " + reference + ", which it lacks");
    }
    return resolved(found);
  }

  private void check(
      String field, @Nullable Object value, JsonObject reference, List<FieldError> errors) {
    if (errors.size() >= MOST_ERRORS) {
      return;
    }
    JsonObject schema = resolved(reference);
    JsonArray alternatives = schema.getJsonArray("oneOf");
    if (alternatives != null) {
      checkAlternatives(field, value, alternatives, errors);
      return;
    }
    Object types = schema.getValue("type");
    if (types != null && !hasType(value, types)) {
      errors.add(new FieldError(field, "must be " + named(types) + ", not " + kind(value)));
      return;
    }
    checkChoice(field, value, schema, errors);
    switch (value) {
      case String text -> checkText(field, text, schema, errors);
      case Number number -> checkNumber(field, number, schema, errors);
      case JsonObject object -> checkObject(field, object, schema, errors);
      case JsonArray array -> checkArray(field, array, schema, errors);
      case null, default -> {
        // Null and the two booleans have nothing but a type.
      }
    }
  }

  private void checkAlternatives(
      String field, @Nullable Object value, JsonArray alternatives, List<FieldError> errors) {
    List<String> kinds = new ArrayList<>();
    for (Object alternative : alternatives) {
      JsonObject schema = resolved((JsonObject) alternative);
      if (hasType(value, schema.getValue("type"))) {
        check(field, value, schema, errors);
        return;
      }
      kinds.add(named(schema.getValue("type")));
    }
    errors.add(
        new FieldError(field, "must be " + String.join(" or ", kinds) + ", not " + kind(value)));
  }

  private static void checkChoice(
      String field, @Nullable Object value, JsonObject schema, List<FieldError> errors) {
    JsonArray choices = schema.getJsonArray("enum");
    if (choices != null && !choices.contains(value)) {
      List<String> names = choices.stream().map(String::valueOf).toList();
      errors.add(new FieldError(field, "must be one of " + String.join(", ", names)));
    }
  }

  private void checkText(String field, String text, JsonObject schema, List<FieldError> errors) {
    int length = text.codePointCount(0, text.length());
    int least = schema.getInteger("minLength", 0);
    int most = schema.getInteger("maxLength", Integer.MAX_VALUE);
    String pattern = schema.getString("pattern");
    if (length < least) {
      errors.add(new FieldError(field, "must not be empty"));
    } else if (length > most) {
      errors.add(new FieldError(field, "must have at most " + most + " characters, not " + length));
    } else if (!isStorable(text)) {
      errors.add(new FieldError(field, "must not contain the character U+0000 or half of a pair"));
    } else if (pattern != null && !compiled(pattern).matcher(text).find()) {
      errors.add(new FieldError(field, schema.getString("x-message", "must match " + pattern)));
    } else if ("date-time".equals(schema.getString("format")) && !isTime(text)) {
      errors.add(new FieldError(field, "must be a time such as 2026-11-21T10:15:30Z"));
    }
  }

  /** PostgreSQL stores neither the null character nor a surrogate without its other half. */
  static boolean isStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)
          && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTime(String text) {
    try {
      int year = OffsetDateTime.parse(text).getYear();
      return year >= 1970 && year <= 9999;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static void checkNumber(
      String field, Number number, JsonObject schema, List<FieldError> errors) {
    Number least = schema.getNumber("minimum");
    Number most = schema.getNumber("maximum");
    if (least != null && number.doubleValue() < least.doubleValue()) {
      errors.add(new FieldError(field, "must be at least " + least + ", not " + shown(number)));
    } else if (most != null && number.doubleValue() > most.doubleValue()) {
      errors.add(new FieldError(field, "must be at most " + most + ", not " + shown(number)));
    }
  }

  private static String shown(Number number) {
    String text = number.toString();
    return text.length() > 20 ? "a number of " + text.length() + " characters" : text;
  }

  private void checkObject(
      String field, JsonObject object, JsonObject schema, List<FieldError> errors) {
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    Object others = schema.getValue("additionalProperties");
    for (Object name : schema.getJsonArray("required", new JsonArray())) {
      if (!object.containsKey((String) name)) {
        errors.add(new FieldError(under(field, (String) name), "is missing"));
      }
    }
    for (String name : object.fieldNames()) {
      JsonObject property = properties.getJsonObject(name);
      if (property != null) {
        check(under(field, name), object.getValue(name), property, errors);
      } else if (others instanceof JsonObject other) {
        check(under(field, name), object.getValue(name), other, errors);
      } else if (Boolean.FALSE.equals(others)) {
        errors.add(new FieldError(under(field, shortened(name)), unknown(name, properties)));
      }
    }
    if (object.size() < schema.getInteger("minProperties", 0)) {
      errors.add(new FieldError(field, "must have at least one field"));
    } else if (object.size() > schema.getInteger("maxProperties", Integer.MAX_VALUE)) {
      errors.add(
          new FieldError(
              field, "must have at most " + schema.getInteger("maxProperties") + " fields"));
    }
  }

  private void checkArray(
      String field, JsonArray array, JsonObject schema, List<FieldError> errors) {
    int least = schema.getInteger("minItems", 0);
    int most = schema.getInteger("maxItems", Integer.MAX_VALUE);
    if (array.size() < least) {
      errors.add(new FieldError(field, "must have at least " + least + " item"));
      return;
    }
    if (array.size() > most) {
      errors.add(
          new FieldError(field, "must have at most " + most + " items, not " + array.size()));
      return;
    }
    if (schema.getBoolean("uniqueItems", false)
        && new HashSet<>(array.getList()).size() < array.size()) {
      errors.add(new FieldError(field, "must not name anything twice"));
    }
    JsonObject items = schema.getJsonObject("items");
    for (int i = 0; items != null && i < array.size(); i++) {
      check(field + "[" + i + "]", array.getValue(i), items, errors);
    }
  }

  private static String under(String field, String name) {
    return field.isEmpty() ? name : field + "." + name;
  }

  private static String shortened(String name) {
    return name.length() > 60 ? name.substring(0, 60) + "…" : name;
  }

  private static String unknown(String name, JsonObject properties) {
    return Spelling.nearest(name, properties.fieldNames())
        .map(near -> "is not a field here; did you mean '" + near + "'?")
        .orElse("is not a field here; known are " + String.join(", ", properties.fieldNames()));
  }

  private Pattern compiled(String pattern) {
    // A Java $ also matches before a last line break; the contract means the very end.
    return patterns.computeIfAbsent(
        pattern,
        written ->
            Pattern.compile(
                written.endsWith("$")
                    ? written.substring(0, written.length() - 1) + "\\z"
                    : written));
  }

  private static boolean hasType(@Nullable Object value, Object types) {
    return types instanceof JsonArray several
        ? several.stream().anyMatch(type -> isOne(value, (String) type))
        : isOne(value, (String) types);
  }

  private static boolean isOne(@Nullable Object value, String type) {
    return switch (type) {
      case "null" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      case "object" -> value instanceof JsonObject;
      case "array" -> value instanceof JsonArray;
      default -> throw new IllegalStateException("The contract uses the type " + type);
    };
  }

  private static String named(Object types) {
    if (types instanceof JsonArray several) {
      List<String> names = several.stream().map(SchemaCheck::named).toList();
      return String.join(" or ", names);
    }
    return switch ((String) types) {
      case "string" -> "text";
      case "boolean" -> "true or false";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "object" -> "an object";
      case "array" -> "a list";
      default -> (String) types;
    };
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> "text";
      case Boolean flag -> flag.toString();
      case Number number -> shown(number);
      case JsonObject object -> "an object";
      case JsonArray array -> "a list";
      default -> "something else";
    };
  }
}
