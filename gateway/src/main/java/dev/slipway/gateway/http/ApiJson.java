package dev.slipway.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the outside sees it: nulls are told, for a client must not guess whether a field is
 * missing or empty; and what comes in is read strictly, with the place of a mistake.
 */
public final class ApiJson {
  private static final ObjectWriter WRITER =
      Json.mapper().copy().setDefaultPropertyInclusion(JsonInclude.Include.ALWAYS).writer();

  private static final ObjectMapper READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ApiJson() {}

  public static Buffer buffer(Object value) {
    try {
      return Buffer.buffer(WRITER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /** A value as it is written, to be put into others as it is. */
  public static RawValue raw(Object value) {
    try {
      return new RawValue(WRITER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /** Reads a body; what is no JSON is a 400 that names line and column. */
  static @Nullable Object read(Buffer body) {
    try (JsonParser parser = READER.createParser(body.getBytes())) {
      return wrapped(READER.readValue(parser, Object.class));
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw malformed("it is not UTF-8 text");
    }
  }

  @SuppressWarnings("unchecked") // Jackson makes String keys of every object
  private static @Nullable Object wrapped(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> new JsonObject((Map<String, Object>) map);
      case List<?> list -> new JsonArray(list);
      case null, default -> value;
    };
  }

  private static Problem malformed(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String reason = e.getOriginalMessage().lines().findFirst().orElse("it is malformed");
    // Jackson's message may end with the source it read; and a value may be a secret.
    int quote = reason.indexOf('\'');
    String short_ =
        quote > 0 && reason.length() > 120 ? reason.substring(0, quote).strip() : reason;
    String where =
        at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    return malformed(where + short_);
  }

  private static Problem malformed(String detail) {
    return new Problem(
        400,
        "malformed_json",
        "The body is not JSON",
        "The body cannot be read as JSON: " + detail,
        "Send well-formed JSON, in UTF-8, with each field once.",
        List.of(),
        null);
  }
}
