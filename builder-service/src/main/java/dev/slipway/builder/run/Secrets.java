package dev.slipway.builder.run;

import dev.slipway.builder.plan.BuildPlan;
import dev.slipway.contracts.application.Environment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a build gets to see without it ever being in an image, a command line or on the disk. */
final class Secrets {
  private Secrets() {}

  static Map<String, String> of(BuildPlan plan, Environment environment) {
    var values = new TreeMap<>(environment.values());
    var secrets = new LinkedHashMap<String, String>();
    for (var name : plan.secrets()) {
      if (values.get(name) instanceof String value) {
        secrets.put(name, value);
      }
    }
    if (plan.environmentFile()) {
      secrets.put("slipway_environment", exports(values));
    }
    return secrets;
  }

  /** Lines for a shell. Whatever a value holds, it stays a value. */
  static String exports(Map<String, String> values) {
    var lines = new StringBuilder(":\n");
    values.forEach((name, value) -> {
      if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        lines
            .append("export ")
            .append(name)
            .append("='")
            .append(value.replace("'", "'\\''"))
            .append("'\n");
      }
    });
    return lines.toString();
  }
}
