package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.deployment.DeploymentId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variables of an application as they look from outside. */
record EnvironmentView(int version, List<Item> items) {
  static final String MASK = "****";

  /** One variable; a secret's value is null unless it is revealed. */
  record Item(
      String key,
      boolean secret,
      @Nullable String value,
      String maskedValue,
      Instant updatedAt,
      String updatedBy) {}

  /** The variables after a change, and the deployment that brings it into effect. */
  record Changed(int version, List<Item> items, @Nullable DeploymentId deploymentId) {}

  /** The variables of a project after a change, and the deployments that bring it into effect. */
  record ChangedOfProject(int version, List<Item> items, List<DeploymentId> deploymentIds) {}

  static EnvironmentView of(Environment environment, boolean reveal) {
    return new EnvironmentView(
        environment.version(),
        environment.items().stream()
            .sorted(Comparator.comparing(EnvironmentVariable::key))
            .map(item -> item(item, reveal))
            .toList());
  }

  private static Item item(EnvironmentVariable item, boolean reveal) {
    return new Item(
        item.key(),
        item.secret(),
        item.secret() && !reveal ? null : item.value(),
        item.secret() ? MASK : item.value(),
        item.updatedAt(),
        item.updatedBy());
  }

  Changed withDeployment(@Nullable DeploymentId deployment) {
    return new Changed(version, items, deployment);
  }

  ChangedOfProject withDeployments(List<DeploymentId> deployments) {
    return new ChangedOfProject(version, items, deployments);
  }
}
