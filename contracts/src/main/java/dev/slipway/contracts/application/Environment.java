package dev.slipway.contracts.application;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All variables of an application at one version; version 0 is empty. */
public record Environment(int version, List<EnvironmentVariable> items) {
  public static final Environment EMPTY = new Environment(0, List.of());

  public Map<String, String> values() {
    return items.stream()
        .collect(Collectors.toMap(EnvironmentVariable::key, EnvironmentVariable::value));
  }

  /** The values that must never show up in a log. */
  public List<String> secretValues() {
    return items.stream()
        .filter(EnvironmentVariable::secret)
        .map(EnvironmentVariable::value)
        .toList();
  }
}
