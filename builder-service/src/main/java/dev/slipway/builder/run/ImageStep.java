package dev.slipway.builder.run;

import dev.slipway.builder.plan.BuildPlan;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineInfo;
import dev.slipway.docker.ImageInfo;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes the image a plan describes, or finds the one that was made from the same. */
final class ImageStep {
  private static final Pattern SYNTAX = Pattern.compile("(?mi)^#\\s*syntax\\s*=.*$");
  private static final String DEPLOYMENT = "dev.slipway.deployment";

  private final BuildParts parts;
  private final Runs runs;
  private final SourceStep source;
  private final PlanStep plans;
  private final BaseImages bases;
  private final ExistingImage existing;

  ImageStep(
      BuildParts parts, Runs runs, SourceStep source, PlanStep plans, RegistryCalls registries) {
    this.parts = parts;
    this.runs = runs;
    this.source = source;
    this.plans = plans;
    this.bases = new BaseImages(parts.config(), parts.engine(), registries);
    this.existing = new ExistingImage(parts, registries);
  }

  Made build(StepContext ctx) throws IOException, InterruptedException {
    var checked = ctx.output(BuildSaga.CHECKOUT, Checked.class);
    var run = runs.of(ctx);
    if (checked.reused() != null && stillThere(run, checked.reused())) {
      return checked.reused();
    }
    var planned = ctx.outputOrNull(BuildSaga.PLAN, BuildPlan.class);
    var plan = planned == null ? plans.decided(run, checked) : planned;
    var made = plan.kind().equals("image") ? existing.present(run, plan) : made(ctx, run, plan);
    run.seen().add(made.id());
    return made;
  }

  /**
   * Whether the image can be had where this builder works; what it saw there itself is believed.
   */
  boolean stillThere(Runs.Run run, Made made) {
    return made.pinned() || run.seen().contains(made.id()) || isHere(made);
  }

  boolean isHere(Made made) {
    return parts.engine().image(made.reference()).filter(i -> i.id().equals(made.id())).isPresent();
  }

  private Made made(StepContext ctx, Runs.Run run, BuildPlan plan)
      throws IOException, InterruptedException {
    var checked = ctx.output(BuildSaga.CHECKOUT, Checked.class);
    var baseIds = bases.present(plan.families(), run.log());
    var fingerprint =
        Fingerprint.of(
            Arrays.asList(
                "built",
                run.order().applicationId().value(),
                String.valueOf(checked.sha()),
                plan.digest(),
                plan.usesEnvironment() ? run.order().environmentVersion() : -1,
                baseIds));
    var before = source.reusable(run, fingerprint);
    if (before != null) {
      run.log()
          .say(
              BuildSaga.BUILD,
              "The same commit, plan and build environment were built before: image "
                  + before.reference()
                  + " is reused.");
      return before;
    }
    ctx.checkpoint();
    return made(run, checked, plan, fingerprint);
  }

  private Made made(Runs.Run run, Checked checked, BuildPlan plan, String fingerprint)
      throws IOException, InterruptedException {
    var engine = parts.engine().info();
    DiskSpace.admit(parts.config(), engine);
    var context = source.tree(run, checked).resolve(plan.contextRoot());
    var reference = reference(run.order(), String.valueOf(checked.sha()), fingerprint);
    if (ToolBuild.names(plan.kind())) {
      var id = new ToolBuild(parts, run).build(plan.kind(), context, reference);
      return new Made(reference, id, fingerprint, plan.startCommand(), plan.port());
    }
    ignore(context, plan);
    var spec = spec(run, plan, engine, context, dockerfile(run, plan, context, engine), reference);
    bases.fetch(spec.dockerfilePath(), run.log());
    var result = watched(run, engine, spec);
    run.log()
        .say(
            BuildSaga.BUILD,
            "Image %s (%s) in %s, %d of %d steps from the cache."
                .formatted(
                    reference,
                    shortId(result.imageId()),
                    Timeline.seconds(result.took()),
                    result.cachedSteps(),
                    result.steps()));
    // the id the engine answers later is what it stores, not what the builder printed
    var id = parts.engine().image(reference).map(ImageInfo::id).orElse(result.imageId());
    return new Made(reference, id, fingerprint, plan.startCommand(), plan.port());
  }

  private BuildResult watched(Runs.Run run, EngineInfo engine, BuildSpec spec)
      throws IOException, InterruptedException {
    try {
      return DiskWatch.over(parts.config(), engine.storageRoot(), () -> built(run, spec));
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a build throws nothing else", e);
    }
  }

  /**
   * Without a registry in reach, a syntax line must not stop a build that the engine's own frontend
   * can do.
   */
  private BuildResult built(Runs.Run run, BuildSpec spec) throws IOException {
    try {
      return parts.engine().build(spec, new Timeline(run.log()));
    } catch (DockerProblem.ImageMissing missing) {
      var text = Files.readString(spec.dockerfilePath());
      var plain = SYNTAX.matcher(text).replaceFirst("#");
      if (!missing.image().contains("docker/dockerfile") || plain.equals(text)) {
        throw missing;
      }
      run.log()
          .say(
              BuildSaga.BUILD,
              LogLevel.WARN,
              "The frontend %s of the Dockerfile's syntax line cannot be had; the engine's own is used."
                  .formatted(missing.image()));
      Files.writeString(spec.dockerfilePath(), plain);
      return parts.engine().build(spec, new Timeline(run.log()));
    }
  }

  private BuildSpec spec(
      Runs.Run run,
      BuildPlan plan,
      EngineInfo engine,
      Path context,
      String dockerfile,
      String reference) {
    var limits = parts.config().limits();
    var values = run.environment().values();
    var arguments = new LinkedHashMap<String, String>();
    plan.arguments().forEach(name -> arguments.put(name, values.getOrDefault(name, "")));
    return BuildSpec.of(context, reference)
        .dockerfile(dockerfile)
        .target(plan.target())
        .args(arguments)
        .secrets(Secrets.of(plan, run.environment()))
        .labels(labels(run.order()))
        .memoryBytes(limits.memoryBytes() > 0 ? limits.memoryBytes() : engine.memoryBytes() / 4 * 3)
        .cpus(limits.cpus() > 0 ? limits.cpus() : Math.max(1, engine.processors() * 0.75))
        .timeout(limits.time())
        .build();
  }

  /**
   * BuildKit takes it from beside the context, so that it never ends up in the image; the classic
   * builder cannot.
   */
  private String dockerfile(Runs.Run run, BuildPlan plan, Path context, EngineInfo engine)
      throws IOException {
    var text = plan.dockerfileText();
    if (text == null) {
      return String.valueOf(plan.dockerfile());
    }
    var place =
        engine.buildkit()
            ? source.folderOf(run.order()).resolve("Dockerfile")
            : context.resolve(".slipway.Dockerfile");
    Files.writeString(place, text);
    return place.toString();
  }

  // our own copy of the tree: the repository's file stays as it is
  private static void ignore(Path context, BuildPlan plan) throws IOException {
    if (plan.ignore().isEmpty()) {
      return;
    }
    var file = context.resolve(".dockerignore");
    var own =
        Files.isRegularFile(file) && !Files.isSymbolicLink(file)
            ? Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
            : "";
    Files.deleteIfExists(file);
    Files.writeString(
        file,
        own.stripTrailing() + "\n" + String.join("\n", plan.ignore()) + "\n",
        java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private Map<String, String> labels(BuildOrder order) {
    return Map.of(
        "dev.slipway.installation",
        parts.config().installation(),
        "dev.slipway.application",
        order.applicationId().value(),
        "dev.slipway.application-name",
        order.applicationName(),
        DEPLOYMENT,
        order.deploymentId().value());
  }

  private String reference(BuildOrder order, String sha, String fingerprint) {
    return repository(parts.config(), order)
        + ":"
        + sha.substring(0, 7)
        + "-"
        + fingerprint.substring(0, 8);
  }

  static String repository(BuilderConfig config, BuildOrder order) {
    var name =
        "slipway-"
            + config.shortInstallation()
            + "/"
            + order.applicationName().toLowerCase(java.util.Locale.ROOT);
    var registry = config.registry();
    return registry == null ? name : registry.address() + "/" + name;
  }

  static String shortId(String id) {
    var digits = id.substring(id.indexOf(':') + 1);
    return digits.substring(0, Math.min(12, digits.length()));
  }

  /**
   * Removes what this attempt made, recorded or not; an image that was there before carries another
   * deployment.
   */
  void remove(StepContext ctx) {
    var own =
        Map.of(
            "dev.slipway.installation", parts.config().installation(), DEPLOYMENT, ctx.subject());
    for (var image : parts.engine().images(own)) {
      for (var tag : image.tags()) {
        remove(ctx, tag);
      }
    }
  }

  private void remove(StepContext ctx, String tag) {
    try {
      parts.engine().removeImage(tag);
    } catch (DockerProblem.Conflict used) {
      runs.of(ctx).log().say(BuildSaga.BUILD, "The image " + tag + " stays: a container uses it.");
    }
  }

  /** The engine's words for a failed build, as the deployment tells them. */
  static Problem told(DockerProblem problem) {
    if (problem instanceof DockerProblem.BuildFailed failed) {
      return told(failed);
    }
    if (problem instanceof DockerProblem.ImageMissing missing) {
      return Problem.failed(
          "base_image_missing",
          "The image " + missing.image() + " cannot be had: " + missing.getMessage(),
          missing.remedy()
              + " Without a registry in reach, base images of the platform's own are named slipway-base/<family>.",
          problem);
    }
    return Problem.failed(problem.code(), problem.getMessage(), problem.remedy(), problem);
  }

  private static Problem told(DockerProblem.BuildFailed failed) {
    var failure = failed.failure();
    var code =
        switch (failure.reason()) {
          case STEP_FAILED, UNKNOWN -> "build_failed";
          case OUT_OF_MEMORY, TIMED_OUT, DOCKERFILE_MISSING, DOCKERFILE_INVALID, FILE_MISSING ->
              failure.reason().code();
        };
    var where =
        failure.step() == null
            ? ""
            : "Step "
                + failure.step()
                + (failure.exitCode() == null
                    ? " failed"
                    : " ended with exit code " + failure.exitCode())
                + (failure.dockerfileLine() == null
                    ? ": "
                    : " (line " + failure.dockerfileLine() + " of the Dockerfile): ");
    return Problem.failed(code, where + failure.message(), failure.reason().remedy(), failed);
  }
}
