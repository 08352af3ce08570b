package dev.slipway.gateway.backup;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.DestinationStore.Destination;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a destination, its secrets apart.
 *
 * @param type {@code local}, {@code s3} or {@code sftp}
 */
record DestinationFields(String type, Map<String, Object> settings, Map<String, String> secrets) {
  private static final List<String> TYPES = List.of("local", "s3", "sftp");
  private static final List<String> SECRETS = List.of("secretKey", "password", "privateKey");
  private static final String MASK = "****";

  /** Those of a new one: exactly one type is named. */
  static DestinationFields ofNew(JsonObject body) {
    List<String> named = TYPES.stream().filter(body::containsKey).toList();
    if (named.size() != 1) {
      throw Problem.invalid(
          named.isEmpty() ? "" : named.get(1), "exactly one of local, s3 and sftp must be given");
    }
    DestinationFields fields = read(named.getFirst(), body);
    if (fields.type().equals("sftp") && fields.secrets().isEmpty()) {
      throw Problem.invalid("sftp.password", "password or privateKey is missing");
    }
    return fields;
  }

  /** Those of a change; a destination never becomes one of another type. */
  static DestinationFields ofChange(JsonObject body, Destination known) {
    for (String type : TYPES) {
      if (body.containsKey(type) && !type.equals(known.type())) {
        throw Problem.invalid(
            type, "this destination is of the type " + known.type() + ", and stays so");
      }
    }
    return read(known.type(), body);
  }

  private static DestinationFields read(String type, JsonObject body) {
    Map<String, Object> settings = new TreeMap<>(Map.of("type", type));
    Map<String, String> secrets = new TreeMap<>();
    for (Map.Entry<String, Object> field : body.getJsonObject(type, new JsonObject())) {
      if (SECRETS.contains(field.getKey())) {
        secrets.put(field.getKey(), String.valueOf(field.getValue()));
      } else {
        settings.put(field.getKey(), field.getValue());
      }
    }
    return new DestinationFields(type, settings, secrets);
  }

  /** A destination's settings as they are shown: of its secrets, that they are set. */
  static @Nullable Map<String, Object> shown(Destination destination, String type) {
    if (!destination.type().equals(type)) {
      return null;
    }
    Map<String, Object> shown = new LinkedHashMap<>(destination.settings());
    shown.remove("type");
    destination.secrets().forEach(name -> shown.put(name, MASK));
    return shown;
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "DestinationFields[" + type + "]";
  }
}
