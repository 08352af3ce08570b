package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says about an application, laid over what is known of it: fields that are not named
 * stay, objects are merged, lists are replaced, {@code null} brings the default back. What is sent
 * fits the contract already.
 */
final class Description {
  private static final ApplicationConfig NOTHING =
      new ApplicationConfig(
          null,
          "",
          null,
          null,
          BuildConfig.auto(),
          null,
          ApplicationConfig.DEFAULT_PORT,
          1,
          Resources.UNLIMITED,
          HealthCheck.DEFAULT,
          List.of(),
          List.of(),
          false,
          true,
          ApplicationConfig.DEFAULT_KEEP_WARM_SECONDS,
          ApplicationConfig.DEFAULT_DRAIN_SECONDS);

  private final JsonObject sent;

  private Description(JsonObject sent) {
    this.sent = sent;
  }

  /** A new application. */
  static ApplicationConfig of(JsonObject sent) {
    return over(NOTHING, sent);
  }

  /** A change to an application. */
  static ApplicationConfig over(ApplicationConfig known, JsonObject sent) {
    return new Description(sent).merged(known);
  }

  private ApplicationConfig merged(ApplicationConfig known) {
    return new ApplicationConfig(
        text("repository", known.repository()),
        orEmpty(text("branch", known.branch())),
        lower(text("commit", known.commit())),
        folder(text("rootDirectory", known.rootDirectory())),
        build(known.build()),
        text("startCommand", known.startCommand()),
        number("port", known.port(), NOTHING.port()),
        number("replicas", known.replicas(), NOTHING.replicas()),
        resources(known.resources()),
        healthCheck(known.healthCheck()),
        domains(known.domains()),
        volumes(known.volumes()),
        flag("publish", known.publish(), NOTHING.publish()),
        flag("autoDeploy", known.autoDeploy(), NOTHING.autoDeploy()),
        number("keepWarmSeconds", known.keepWarmSeconds(), NOTHING.keepWarmSeconds()),
        number("drainSeconds", known.drainSeconds(), NOTHING.drainSeconds()),
        texts("watchPaths", known.watchPaths()),
        texts("deployTags", known.deployTags()));
  }

  private BuildConfig build(BuildConfig known) {
    Description build =
        nested("build", List.of("installCommand", "buildCommand", "outputDirectory"));
    if (build == null) {
      return BuildConfig.auto();
    }
    return new BuildConfig(
        build.type(known.type()),
        folder(build.text("dockerfile", known.dockerfile())),
        build.text("target", known.target()),
        build.text("image", known.image()),
        build.text("installCommand", known.installCommand()),
        build.text("buildCommand", known.buildCommand()),
        folder(build.text("outputDirectory", known.outputDirectory())),
        build.keeps("spa") ? known.spa() : build.sent.getBoolean("spa"));
  }

  /** Who names an image or a Dockerfile and no type means that one. */
  private BuildType type(BuildType known) {
    String type = sent.getString("type");
    if (type != null) {
      return BuildType.valueOf(type.toUpperCase(Locale.ROOT));
    }
    if (sent.containsKey("type") || known != BuildType.AUTO) {
      return sent.containsKey("type") ? BuildType.AUTO : known;
    }
    if (sent.getString("image") != null) {
      return BuildType.IMAGE;
    }
    return sent.getString("dockerfile") != null ? BuildType.DOCKERFILE : BuildType.AUTO;
  }

  private Resources resources(Resources known) {
    Description resources = nested("resources", List.of());
    if (resources == null) {
      return Resources.UNLIMITED;
    }
    return new Resources(
        resources.keeps("memoryMb") ? known.memoryMb() : resources.sent.getInteger("memoryMb"),
        resources.keeps("cpus") ? known.cpus() : resources.sent.getDouble("cpus"),
        resources.keeps("readOnly") ? known.readOnly() : resources.sent.getBoolean("readOnly"));
  }

  private HealthCheck healthCheck(HealthCheck known) {
    Description health = nested("healthCheck", List.of());
    HealthCheck usual = HealthCheck.DEFAULT;
    if (health == null) {
      return usual;
    }
    return new HealthCheck(
        health.text("path", known.path()),
        health.number("intervalSeconds", known.intervalSeconds(), usual.intervalSeconds()),
        health.number("timeoutSeconds", known.timeoutSeconds(), usual.timeoutSeconds()),
        health.number("retries", known.retries(), usual.retries()),
        health.number("graceSeconds", known.graceSeconds(), usual.graceSeconds()));
  }

  /** {@code domain} is short for a list of one; beside {@code domains} it comes first. */
  private List<String> domains(List<String> known) {
    if (keeps("domains") && keeps("domain")) {
      return known;
    }
    Set<String> hosts = new LinkedHashSet<>();
    String first = sent.getString("domain");
    if (first != null) {
      hosts.add(first.toLowerCase(Locale.ROOT));
    }
    JsonArray listed = sent.getJsonArray("domains");
    if (listed != null) {
      listed.forEach(host -> hosts.add(((String) host).toLowerCase(Locale.ROOT)));
    }
    return List.copyOf(hosts);
  }

  private List<String> texts(String field, List<String> known) {
    if (keeps(field)) {
      return known;
    }
    return sent.getJsonArray(field, new JsonArray()).stream().map(String.class::cast).toList();
  }

  private List<Volume> volumes(List<Volume> known) {
    if (keeps("volumes")) {
      return known;
    }
    List<Volume> volumes = new ArrayList<>();
    for (Object each : sent.getJsonArray("volumes", new JsonArray())) {
      JsonObject volume = (JsonObject) each;
      volumes.add(new Volume(volume.getString("name"), volume.getString("path")));
    }
    return volumes;
  }

  /**
   * An object of the description with its short forms moved into it; null when it was set to null.
   */
  private @Nullable Description nested(String name, List<String> shortForms) {
    if (sent.containsKey(name) && sent.getValue(name) == null) {
      return null;
    }
    JsonObject nested = sent.getJsonObject(name, new JsonObject()).copy();
    for (String field : shortForms) {
      if (sent.containsKey(field)) {
        requireOnce(name, field, nested);
        nested.put(field, sent.getValue(field));
      }
    }
    return new Description(nested);
  }

  private void requireOnce(String name, String field, JsonObject nested) {
    if (nested.containsKey(field)
        && !java.util.Objects.equals(nested.getValue(field), sent.getValue(field))) {
      throw Problem.invalid(field, "is also given as " + name + "." + field + "; give it once");
    }
  }

  private boolean keeps(String field) {
    return !sent.containsKey(field);
  }

  private @Nullable String text(String field, @Nullable String known) {
    return keeps(field) ? known : sent.getString(field);
  }

  private int number(String field, int known, int usual) {
    return value(field, known, usual, sent::getInteger);
  }

  private boolean flag(String field, boolean known, boolean usual) {
    return value(field, known, usual, sent::getBoolean);
  }

  private <T> T value(String field, T known, T usual, Function<String, @Nullable T> read) {
    if (keeps(field)) {
      return known;
    }
    T value = read.apply(field);
    return value == null ? usual : value;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  /**
   * {@code /}, {@code ./} and {@code .} are ways to say "the root"; elsewhere such beginnings mean
   * nothing.
   */
  private static @Nullable String folder(@Nullable String path) {
    if (path == null) {
      return null;
    }
    String bare =
        path.strip().replace('\\', '/').replaceAll("/+", "/").replaceAll("^(\\./|/)+", "");
    String trimmed = bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
    return trimmed.isEmpty() || trimmed.equals(".") ? null : trimmed;
  }
}
