package dev.slipway.runtime.database;

import dev.slipway.contracts.application.Resources;
import dev.slipway.docker.Healthcheck;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.ServiceSpec.Attachment;
import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.docker.ServiceSpec.HostPort;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import dev.slipway.platform.database.ServerRecipe;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseServerStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns a form into the Swarm service that has it: equal forms, equal services. */
final class ServerPlan {
  private static final long MEBIBYTE = 1024L * 1024;

  /**
   * Reading its journal after a crash may take a big server this long, and counts as no failure.
   */
  private static final Duration RECOVERY = Duration.ofMinutes(15);

  /** Swarm replaces what fails so often in a row: only what does not come back by itself. */
  private static final int FAILURES = 9;

  private final String installation;
  private final Vault vault;

  ServerPlan(String installation, Vault vault) {
    this.installation = installation;
    this.vault = vault;
  }

  /** The service, with nothing of it running yet. */
  ServiceSpec spec(Form form) {
    ServerRecipe recipe = recipe(form);
    ServiceSpec.Builder spec =
        ServiceSpec.of(form.server().service(), form.image())
            .labelsEverywhere(Labels.of(installation, form.id(), form.server().generation()))
            .labelsEverywhere(Map.of(Labels.DATABASE_NAME, form.name()))
            .labels(Map.of(Labels.FORM, mark(form)))
            .env(recipe.env())
            .args(recipe.args())
            .networks(List.of(new Attachment(form.network(), aliases(form))))
            .mounts(List.of(mount(form, recipe)))
            .replicas(0)
            .memoryBytes(memoryBytes(form.config().resources()))
            .cpus(cpus(form.config().resources()))
            .pidsLimit(ServerRecipe.PROCESSES)
            .healthcheck(health(recipe))
            .stopGraceSeconds(recipe.stopSeconds())
            .hostPorts(ports(form, recipe))
            .dropCapabilities(List.of("ALL"))
            .keepCapabilities(ServerRecipe.CAPABILITIES)
            .confinement(new Confinement(true, false, recipe.scratch()))
            .constraints(List.of("node.id==" + form.server().nodeId()))
            .stopFirst(true);
    return spec.build();
  }

  /** Tells one form from another. It is keyed: the password cannot be tried against it. */
  String mark(Form form) {
    ServerRecipe recipe = recipe(form);
    return vault.mark(
        String.join(
            "\n",
            form.image(),
            new TreeMap<>(recipe.env()).toString(),
            recipe.args().toString(),
            recipe.health(),
            recipe.dataDirectory(),
            form.server().volume(),
            form.server().nodeId(),
            form.network(),
            aliases(form).toString(),
            ports(form, recipe).toString(),
            form.config().resources().toString()));
  }

  private static ServerRecipe recipe(Form form) {
    return ServerRecipe.of(
        form.engine(), form.server().version(), form.access(), form.config().settings());
  }

  private static List<String> aliases(Form form) {
    String always = DatabaseServerStore.hostName(form.name(), form.server().generation());
    return form.open() ? List.of(form.name(), always) : List.of(always);
  }

  private VolumeMount mount(Form form, ServerRecipe recipe) {
    return new VolumeMount(
        form.server().volume(),
        recipe.dataDirectory(),
        false,
        Labels.of(installation, form.id(), form.server().generation()));
  }

  private static Healthcheck health(ServerRecipe recipe) {
    return new Healthcheck(
        recipe.healthTest(),
        Duration.ofSeconds(recipe.healthSeconds()),
        Duration.ofSeconds(recipe.healthSeconds()),
        RECOVERY,
        FAILURES);
  }

  private static List<HostPort> ports(Form form, ServerRecipe recipe) {
    Integer external = form.config().externalPort();
    return external == null || !form.open()
        ? List.of()
        : List.of(new HostPort(recipe.port(), external, "tcp"));
  }

  private static long memoryBytes(Resources resources) {
    Integer limit = resources.memoryMb();
    return limit == null ? 0 : limit * MEBIBYTE;
  }

  private static double cpus(Resources resources) {
    Double limit = resources.cpus();
    return limit == null ? 0 : limit;
  }
}
