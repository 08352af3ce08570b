package dev.slipway.platform.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The one way records become JSON inside Slipway (bus, journal, jsonb columns): times as ISO 8601,
 * nulls left out, and a reader that ignores fields it does not know, so that two versions can talk.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** The shared mapper. Copy it before changing anything. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** Any value as JSON text; {@code "null"} for null. */
  public static String text(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot be written as JSON: " + nameOf(value), e);
    }
  }

  /** Any value as JSON bytes. */
  public static Buffer buffer(@Nullable Object value) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot be written as JSON: " + nameOf(value), e);
    }
  }

  /**
   * Reads JSON text; {@code IllegalArgumentException} when it does not fit, without repeating its
   * content.
   */
  public static <T> T read(String json, Class<T> type) {
    try {
      return present(MAPPER.readValue(json, type), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(unfit(type, e), e);
    }
  }

  /**
   * Reads JSON bytes; {@code IllegalArgumentException} when they do not fit, without repeating
   * them.
   */
  public static <T> T read(Buffer json, Class<T> type) {
    try {
      return present(MAPPER.readValue(json.getBytes(), type), type);
    } catch (IOException e) {
      throw new IllegalArgumentException(unfit(type, e), e);
    }
  }

  /** Reads a value that is already a tree. */
  public static <T> T read(JsonNode json, Class<T> type) {
    try {
      return present(MAPPER.treeToValue(json, type), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(unfit(type, e), e);
    }
  }

  /** A text as a tree. */
  public static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(unfit(JsonNode.class, e), e);
    }
  }

  private static <T> T present(@Nullable T value, Class<T> type) {
    if (value == null) {
      throw new IllegalArgumentException("JSON null is no " + type.getSimpleName());
    }
    return value;
  }

  private static String unfit(Class<?> type, Exception e) {
    String where =
        e instanceof JsonProcessingException json && json.getLocation() != null
            ? " (line "
                + json.getLocation().getLineNr()
                + ", column "
                + json.getLocation().getColumnNr()
                + ")"
            : "";
    return "This JSON is no " + type.getSimpleName() + where;
  }

  private static String nameOf(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }
}
