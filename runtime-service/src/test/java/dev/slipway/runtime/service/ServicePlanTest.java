package dev.slipway.runtime.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.ServiceSpec.Confinement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServicePlanTest {
  private final ServicePlan plan = new ServicePlan(new Names("0123456789ab"), TaskAddress.BRIDGE);

  @Test
  void aReleaseBecomesAServiceThatSaysWhatItIs() {
    ServiceSpec spec = plan(release("node server.js"), Map.of("KEY", "value"));

    assertThat(spec.name()).isEqualTo("sw012345-shop-r7");
    assertThat(spec.image()).isEqualTo("sha256:c0ffee");
    assertThat(spec.command()).containsExactly("/bin/sh", "-c", "exec node server.js");
    assertThat(spec.env()).containsEntry("KEY", "value").containsEntry("PORT", "8080");
    assertThat(spec.networks()).containsExactly(new ServiceSpec.Attachment("net", List.of("shop")));
    assertThat(spec.mounts())
        .containsExactly(
            new ServiceSpec.VolumeMount(
                "sw012345-shop-data",
                "/data",
                false,
                Map.of(Labels.INSTALLATION, "0123456789ab", Labels.APPLICATION, "app_1")));
    assertThat(spec.memoryBytes()).isEqualTo(64L << 20);
    assertThat(spec.cpus()).isEqualTo(0.5);
    assertThat(spec.stopFirst()).isTrue();
    assertThat(spec.placement().constraints()).containsExactly("node.id==node-1");
    assertThat(spec.hostPorts()).containsExactly(new ServiceSpec.HostPort(8080, 0, "tcp"));
    assertThat(spec.containerLabels())
        .isEqualTo(spec.labels())
        .containsEntry(Labels.INSTALLATION, "0123456789ab")
        .containsEntry(Labels.RELEASE, "rel_1")
        .containsEntry(Labels.RELEASE_NUMBER, "7")
        .containsEntry(Labels.DEPLOYMENT, "dep_1");
  }

  @Test
  void aReplicaMayDoNoMoreThanCommonImagesNeed() {
    ServiceSpec spec = plan(release(null), Map.of());

    assertThat(spec.dropCapabilities()).containsExactly("ALL");
    assertThat(spec.keepCapabilities())
        .contains("CAP_CHOWN", "CAP_NET_BIND_SERVICE")
        .doesNotContain("CAP_NET_RAW", "CAP_SYS_ADMIN", "CAP_MKNOD", "CAP_SETFCAP");
    assertThat(spec.pidsLimit()).isPositive();
    assertThat(spec.confinement()).isEqualTo(new Confinement(true, false, List.of()));
    assertThat(plan(release(null, new Resources(null, null, true)), Map.of()).confinement())
        .isEqualTo(new Confinement(true, true, List.of("/tmp")));
  }

  @Test
  void theOwnersPortWinsOverOurs() {
    assertThat(plan(release(null), Map.of("PORT", "5000")).env()).containsEntry("PORT", "5000");
  }

  @Test
  void withoutACommandTheImagesOwnRuns() {
    assertThat(plan(release(null), Map.of()).command()).isEmpty();
  }

  @Test
  void onlyACommandOfOneProcessIsExecuted() {
    assertThat(ServicePlan.shell("npm run start")).endsWith("exec npm run start");
    assertThat(ServicePlan.shell("a && b")).endsWith("a && b");
    assertThat(ServicePlan.shell("NODE_ENV=x node a.js")).endsWith("NODE_ENV=x node a.js");
    assertThat(ServicePlan.shell("cd app")).endsWith("cd app");
    assertThat(ServicePlan.shell("exec node a.js")).endsWith("exec node a.js");
    assertThat(ServicePlan.shell("  ")).isEmpty();
  }

  @Test
  void namesStayWithinWhatTheEngineTakes() {
    Names names = new Names("0123456789ab");
    assertThat(names.service("a".repeat(40), 123_456)).hasSizeLessThanOrEqualTo(63);
    assertThat(names.network("My Project!")).isEqualTo("sw012345-my-project-");
  }

  private ServiceSpec plan(Release release, Map<String, String> environment) {
    return plan.spec(
        release,
        environment,
        new ServicePlan.Manner(
            "sha256:c0ffee",
            null,
            "net",
            1,
            List.of("node.id==node-1"),
            Map.of(Labels.DEPLOYMENT, "dep_1")));
  }

  private static Release release(@Nullable String command) {
    return release(command, new Resources(64, 0.5));
  }

  private static Release release(@Nullable String command, Resources resources) {
    ApplicationConfig config =
        new ApplicationConfig(
            "https://git.example.org/me/shop.git",
            "main",
            null,
            null,
            BuildConfig.auto(),
            null,
            8080,
            1,
            resources,
            HealthCheck.DEFAULT,
            List.of(),
            List.of(new Volume("data", "/data")),
            true,
            true,
            120,
            30);
    return new Release(
        new ReleaseId("rel_1"),
        new ApplicationId("app_1"),
        "shop",
        7,
        new DeploymentId("dep_1"),
        new ReleaseSpec("shop:7", "sha256:c0ffee", 0, config, command, 8080, null, null),
        ReleaseState.CANDIDATE,
        Instant.EPOCH,
        null);
  }
}
