package dev.slipway.backup.destination;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.config.Secret;
import java.io.IOException;
import java.util.Map;

/**
 * A destination's configuration as JSON, the field {@code type} telling its kind ({@code local},
 * {@code s3}, {@code sftp}). It is never written with its secrets; they may be read from it as
 * texts, since that is how people send them.
 */
public final class DestinationJson {
  private static final ObjectMapper MAPPER =
      Json.mapper()
          .copy()
          .registerModule(new SimpleModule().addDeserializer(Secret.class, new SecretText()))
          .addMixIn(DestinationConfig.S3.class, WithoutSecrets.class)
          .addMixIn(DestinationConfig.Sftp.class, WithoutSecrets.class);

  private DestinationJson() {}

  /** Without its secrets. */
  public static String write(DestinationConfig config) {
    try {
      return MAPPER.writerFor(DestinationConfig.class).writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration is always JSON", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws Problem {@code invalid_request}, naming the field
   */
  public static DestinationConfig read(String json) {
    try {
      return MAPPER.readValue(json, DestinationConfig.class);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof Problem problem) {
        throw problem;
      }
      // its message repeats the text, which may hold a secret
      throw Problem.invalid(
          "destination", "is to be JSON with the type local, s3 or sftp and its fields");
    }
  }

  /** Reads one whose secrets were kept apart from it, by the name of their field. */
  public static DestinationConfig read(String json, Map<String, String> secrets) {
    return read(json)
        .withSecrets(
            secrets.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, entry -> new Secret(entry.getValue()))));
  }

  /** Secrets are texts on the way in. */
  private static final class SecretText extends StdDeserializer<Secret> {
    SecretText() {
      super(Secret.class);
    }

    @Override
    public Secret deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return new Secret(_parseString(json, context, this));
    }
  }

  /** And are left out on the way out. */
  @JsonIgnoreProperties(
      value = {"secretKey", "password", "privateKey"},
      allowSetters = true)
  private interface WithoutSecrets {}
}
