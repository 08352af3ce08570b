package dev.slipway.builder.run;

import dev.slipway.builder.plan.BuildPlan;
import dev.slipway.builder.plan.PlanSettings;
import dev.slipway.builder.plan.Planner;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.StepContext;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides how the work tree becomes an image, and says so in the log. */
final class PlanStep {
  private final BuildParts parts;
  private final Runs runs;
  private final SourceStep source;

  PlanStep(BuildParts parts, Runs runs, SourceStep source) {
    this.parts = parts;
    this.runs = runs;
    this.source = source;
  }

  @Nullable BuildPlan plan(StepContext ctx) throws IOException {
    var checked = ctx.output(BuildSaga.CHECKOUT, Checked.class);
    return checked.reused() != null ? null : decided(runs.of(ctx), checked);
  }

  /** The same again for whoever finds that the image to be reused is not on its engine. */
  BuildPlan decided(Runs.Run run, Checked checked) throws IOException {
    var settings = settings(run);
    if (run.order().config().build().type() == BuildType.IMAGE) {
      return told(run, Planner.image(settings));
    }
    var tree = source.tree(run, checked);
    var plan = told(run, Planner.plan(tree, settings));
    boundContext(tree.resolve(plan.contextRoot()));
    return plan;
  }

  private static BuildPlan told(Runs.Run run, BuildPlan plan) {
    run.log().say(BuildSaga.PLAN, "Plan: " + plan.kind());
    plan.explanation().forEach(line -> run.log().say(BuildSaga.PLAN, "  " + line));
    if (plan.dockerfileText() != null) {
      run.log().say(BuildSaga.PLAN, "Generated Dockerfile:");
      plan.dockerfileText().lines().forEach(line -> run.log().say(BuildSaga.PLAN, "  " + line));
    }
    return plan;
  }

  private PlanSettings settings(Runs.Run run) {
    var order = run.order();
    var config = order.config();
    var secret =
        run.environment().items().stream()
            .collect(
                Collectors.partitioningBy(
                    EnvironmentVariable::secret,
                    Collectors.mapping(EnvironmentVariable::key, Collectors.toSet())));
    return new PlanSettings(
        config.build(),
        config.rootDirectory(),
        config.startCommand(),
        config.port(),
        config.volumes().stream().map(Volume::path).toList(),
        secret.getOrDefault(false, java.util.Set.of()),
        secret.getOrDefault(true, java.util.Set.of()),
        order.environmentVersion(),
        parts.engine().info().buildkit(),
        parts.config().shortInstallation() + "-" + order.applicationId().value(),
        parts.config().bases());
  }

  private void boundContext(Path context) throws IOException {
    long limit = parts.config().limits().contextBytes();
    long[] bytes = {0};
    Files.walkFileTree(
        context,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return bytes[0] > limit ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }
        });
    if (bytes[0] > limit) {
      throw Problem.failed(
          "context_too_large",
          "The files of the build are more than the %,d MB a build may see.".formatted(limit >> 20),
          "Take large files out of the repository, set rootDirectory to the application's folder, or raise SLIPWAY_BUILD_CONTEXT.");
    }
  }
}
