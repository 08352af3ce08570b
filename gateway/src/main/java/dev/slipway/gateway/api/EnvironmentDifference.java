package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What changed from one version of variables to another, in order of the names. */
record EnvironmentDifference(int from, int to, List<Change> changes) {

  /**
   * One variable that is not as it was.
   *
   * @param change {@code added}, {@code removed} or {@code changed}
   * @param secret on either side: then both sides are masked
   * @param before null when it was added
   * @param after null when it was removed
   */
  record Change(
      String key, String change, boolean secret, @Nullable String before, @Nullable String after) {}

  static EnvironmentDifference between(Environment from, Environment to) {
    Map<String, EnvironmentVariable> before = byKey(from);
    Map<String, EnvironmentVariable> after = byKey(to);
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<Change> changes = new ArrayList<>();
    for (String key : keys) {
      EnvironmentVariable old = before.get(key);
      EnvironmentVariable now = after.get(key);
      if (!same(old, now)) {
        boolean secret = (old != null && old.secret()) || (now != null && now.secret());
        String change = old == null ? "added" : now == null ? "removed" : "changed";
        changes.add(new Change(key, change, secret, shown(old, secret), shown(now, secret)));
      }
    }
    return new EnvironmentDifference(from.version(), to.version(), changes);
  }

  private static Map<String, EnvironmentVariable> byKey(Environment environment) {
    return environment.items().stream()
        .collect(
            Collectors.toMap(
                EnvironmentVariable::key,
                Function.identity(),
                (one, other) -> other,
                TreeMap::new));
  }

  private static boolean same(
      @Nullable EnvironmentVariable old, @Nullable EnvironmentVariable now) {
    return old != null
        && now != null
        && Objects.equals(old.value(), now.value())
        && old.secret() == now.secret();
  }

  private static @Nullable String shown(@Nullable EnvironmentVariable item, boolean secret) {
    if (item == null) {
      return null;
    }
    return secret ? EnvironmentView.MASK : item.value();
  }
}
