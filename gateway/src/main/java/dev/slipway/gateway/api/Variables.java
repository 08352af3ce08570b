package dev.slipway.gateway.api;

import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Edits of an environment: what is set again to the same value stays as it was, its date included.
 */
final class Variables {
  private static final int MOST = 1_000;
  private static final int MOST_BYTES = 768 * 1024;

  private final String actor;
  private final Map<String, EnvironmentVariable> items = new TreeMap<>();

  private Variables(List<EnvironmentVariable> known, String actor) {
    this.actor = actor;
    known.forEach(item -> items.put(item.key(), item));
  }

  /** A variable as somebody sets it; secret null: as it was, or guessed from its name. */
  record Setting(String value, @Nullable Boolean secret) {}

  /** Sets and unsets some. */
  static List<EnvironmentVariable> changed(
      List<EnvironmentVariable> known, String actor, Map<String, Setting> set, List<String> unset) {
    Variables variables = new Variables(known, actor);
    unset.forEach(variables.items::remove);
    set.forEach(variables::set);
    return variables.sound();
  }

  /** Leaves only what is set. */
  static List<EnvironmentVariable> replaced(
      List<EnvironmentVariable> known, String actor, Map<String, Setting> set) {
    Variables variables = new Variables(known, actor);
    set.forEach(variables::set);
    variables.items.keySet().retainAll(set.keySet());
    return variables.sound();
  }

  /** The list form: {@code [{key, value, secret}]}; a key twice is a mistake. */
  static Map<String, Setting> listed(@Nullable JsonArray sent, String field) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; sent != null && i < sent.size(); i++) {
      JsonObject item = sent.getJsonObject(i);
      Setting setting = new Setting(item.getString("value"), item.getBoolean("secret"));
      if (settings.put(item.getString("key"), setting) != null) {
        errors.add(new FieldError(field + "[" + i + "].key", "is set twice; give it once"));
      }
    }
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return settings;
  }

  /** Either form of a new application's variables: an object of strings, or the list form. */
  static Map<String, Setting> either(@Nullable Object sent) {
    if (sent instanceof JsonArray list) {
      return listed(list, "environment");
    }
    Map<String, Setting> settings = new LinkedHashMap<>();
    if (sent instanceof JsonObject object) {
      for (String key : object.fieldNames()) {
        if (!key.matches("[A-Za-z_][A-Za-z0-9_]{0,199}")) {
          throw Problem.invalid(
              "environment",
              "the names must be letters, digits and underscores, with no digit first");
        }
        settings.put(key, new Setting(object.getString(key), null));
      }
    }
    return settings;
  }

  private void set(String key, Setting setting) {
    EnvironmentVariable known = items.get(key);
    boolean secret =
        setting.secret() != null
            ? setting.secret()
            : known != null ? known.secret() : Secrets.isLikely(key);
    if (known == null || !known.value().equals(setting.value()) || known.secret() != secret) {
      items.put(key, new EnvironmentVariable(key, setting.value(), secret, Instant.now(), actor));
    }
  }

  private List<EnvironmentVariable> sound() {
    int bytes = items.values().stream().mapToInt(i -> i.key().length() + i.value().length()).sum();
    if (items.size() > MOST || bytes > MOST_BYTES) {
      throw Problem.invalid(
          "",
          "an environment holds at most " + MOST + " variables and " + MOST_BYTES / 1024 + " KiB");
    }
    return List.copyOf(items.values());
  }
}
