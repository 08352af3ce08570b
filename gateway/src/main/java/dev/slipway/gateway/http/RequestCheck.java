package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request against its operation; a request that does not fit is refused with every mistake
 * named.
 */
final class RequestCheck {
  private final SchemaCheck schemas;

  RequestCheck(SchemaCheck schemas) {
    this.schemas = schemas;
  }

  /** The parameters with types and defaults. */
  Map<String, Object> parameters(
      Operation operation, HttpServerRequest request, Map<String, String> path) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    MultiMap query = query(request);
    Set<String> known = new HashSet<>();
    for (Operation.Parameter parameter : operation.parameters()) {
      switch (parameter.in()) {
        case "path" -> put(parameter, path.get(parameter.name()), values, errors);
        case "query" -> {
          known.add(parameter.name());
          once(parameter.name(), query, errors);
          put(parameter, query.get(parameter.name()), values, errors);
        }
        default -> put(parameter, request.getHeader(parameter.name()), values, errors);
      }
    }
    for (String name : query.names()) {
      // What anybody may call, anybody may call with anything: monitors add what they like.
      if (!known.contains(name) && operation.scope() != null) {
        errors.add(new FieldError(name, unknownParameter(name, known)));
      }
    }
    refuse(errors);
    return values;
  }

  private static MultiMap query(HttpServerRequest request) {
    try {
      return request.params();
    } catch (IllegalArgumentException e) {
      throw new Problem(
          400,
          "malformed_url",
          "The address cannot be read",
          "The query has a % that two hexadecimal digits do not follow.",
          "Encode the query's values as URLs need it.",
          List.of(),
          e);
    }
  }

  private static void once(String name, MultiMap query, List<FieldError> errors) {
    if (query.getAll(name).size() > 1) {
      errors.add(new FieldError(name, "must be given once"));
    }
  }

  private static String unknownParameter(String name, Set<String> known) {
    return Spelling.nearest(name, known)
        .map(near -> "is not a parameter here; did you mean '" + near + "'?")
        .orElse(
            known.isEmpty()
                ? "is not a parameter here; there are none"
                : "is not a parameter here; known are "
                    + String.join(", ", known.stream().sorted().toList()));
  }

  private void put(
      Operation.Parameter parameter,
      @Nullable String sent,
      Map<String, Object> values,
      List<FieldError> errors) {
    String name =
        parameter.in().equals("header")
            ? parameter.name().toLowerCase(Locale.ROOT)
            : parameter.name();
    JsonObject schema = parameter.schema();
    if (sent == null) {
      Object otherwise = schema.getValue("default");
      if (otherwise != null) {
        values.put(name, otherwise);
      }
      return;
    }
    Object value = typed(sent, String.valueOf(schema.getValue("type")));
    List<FieldError> wrong = schemas.check(parameter.name(), value, schema);
    errors.addAll(wrong);
    if (wrong.isEmpty()) {
      values.put(name, value);
    }
  }

  /** The text as the schema's type; a text that is none stays one and fails the check. */
  private static Object typed(String sent, String type) {
    return switch (type) {
      case "integer" -> sent.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(sent) : sent;
      case "boolean" -> sent.matches("true|false") ? (Object) Boolean.valueOf(sent) : sent;
      default -> sent;
    };
  }

  /** Refuses a body of a media type that the operation does not take. Before the body is read. */
  void mediaType(Operation operation, HttpServerRequest request) {
    Operation.Body body = operation.body();
    String sent = request.getHeader("Content-Type");
    if (body == null || sent == null) {
      return;
    }
    String bare = sent.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!body.takes(bare)) {
      throw new Problem(
          415,
          "unsupported_media_type",
          "The body has a type that is not understood",
          "This takes " + body.mediaType() + ", not " + shortened(bare) + ".",
          "Send the body as " + body.mediaType() + " and say so in Content-Type.",
          List.of(),
          null);
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  /** The JSON object sent; empty when the operation takes none or none is required and sent. */
  JsonObject object(Operation operation, Buffer sent) {
    Operation.Body body = operation.body();
    if (body == null || !body.mediaType().equals("application/json")) {
      return new JsonObject();
    }
    if (sent.length() == 0) {
      if (body.required()) {
        throw Problem.invalid("", "a JSON object is required, and the body is empty");
      }
      return new JsonObject();
    }
    Object value = ApiJson.read(sent);
    List<FieldError> errors = new ArrayList<>(schemas.check("", value, body.schema()));
    if (!(value instanceof JsonObject) && errors.isEmpty()) {
      errors.add(new FieldError("", "must be an object"));
    }
    refuse(errors);
    JsonObject object = (JsonObject) value;
    requireStorableNames(object);
    return object == null ? new JsonObject() : object;
  }

  private static void requireStorableNames(@Nullable Object value) {
    switch (value) {
      case JsonObject object ->
          object.forEach(field -> {
            if (!SchemaCheck.isStorable(field.getKey())) {
              throw Problem.invalid("", "a field's name has the character U+0000");
            }
            requireStorableNames(field.getValue());
          });
      case JsonArray array -> array.forEach(RequestCheck::requireStorableNames);
      case null, default -> {
        // Only names are looked at here.
      }
    }
  }

  /** The text sent where the operation takes text. */
  String text(Operation operation, Buffer sent) {
    Operation.Body body = operation.body();
    if (body == null || !body.mediaType().equals("text/plain")) {
      return "";
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(sent.getBytes())).toString();
      refuse(schemas.check("", text, body.schema()));
      return text;
    } catch (CharacterCodingException e) {
      throw new Problem(
          400,
          "malformed_text",
          "The body is not text",
          "The body cannot be read as UTF-8.",
          "Send the text in UTF-8.",
          List.of(),
          e);
    }
  }

  private static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
  }
}
