package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.platform.bus.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads descriptions of applications. They are read far more often than they change, so those read
 * lately are kept, by their text: two that are told in the same words are the same.
 */
final class ConfigReader {
  private static final int KEPT = 1_000;

  private final Map<String, ApplicationConfig> lately =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ApplicationConfig> eldest) {
              return size() > KEPT;
            }
          });

  ApplicationConfig read(String text) {
    ApplicationConfig known = lately.get(text);
    if (known == null) {
      known = Json.read(text, ApplicationConfig.class);
      lately.put(text, known);
    }
    return known;
  }
}
