package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides how a work tree becomes an image. An explicit command always wins over a guess; a
 * Dockerfile wins over detection unless commands are given for the build.
 */
public final class Planner {
  /**
   * Changes whenever the same input may give another plan: images planned before are then not
   * reused unseen.
   */
  public static final int VERSION = 1;

  private Planner() {}

  /**
   * Plans the build of a work tree.
   *
   * @throws Problem {@code nothing_detected}, {@code dockerfile_missing}, {@code target_missing},
   *     {@code start_command_unknown}, {@code root_directory_missing}, {@code
   *     output_directory_missing}, {@code manifest_invalid}, {@code gradle_wrapper_missing}, {@code
   *     image_required}
   */
  public static BuildPlan plan(Path workTree, PlanSettings settings) {
    var tree = SourceTree.of(workTree, settings.rootDirectory());
    return switch (settings.build().type()) {
      case DOCKERFILE -> DockerfilePlan.plan(tree, settings, "");
      case STATIC -> StaticPlan.plan(tree, settings);
      case IMAGE -> image(settings);
      case NIXPACKS, RAILPACK, PACK -> tool(tree, settings);
      case AUTO -> detected(tree, settings);
    };
  }

  /**
   * Plans an application that is an existing image.
   *
   * @throws Problem {@code image_required}
   */
  public static BuildPlan image(PlanSettings settings) {
    var image = settings.build().image();
    if (image == null || image.isBlank()) {
      throw Problem.failed(
          "image_required",
          "The build type is image, but no image is named.",
          "Set build.image, for example: registry.example/team/app:1.4");
    }
    return new BuildPlan(
        "image",
        "",
        null,
        null,
        null,
        image.strip(),
        List.of(),
        List.of(),
        List.of(),
        false,
        false,
        List.of(),
        settings.startCommand(),
        settings.port(),
        List.of(),
        List.of("image: " + image.strip() + " (no build)"));
  }

  private static BuildPlan tool(SourceTree tree, PlanSettings settings) {
    var tool = settings.build().type().wire();
    return new BuildPlan(
        tool,
        tree.name(),
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        false,
        true,
        List.of(),
        settings.startCommand(),
        settings.port(),
        List.of(),
        List.of(
            "the tool " + tool + " plans and builds",
            "port: " + settings.port() + " (told through PORT)"));
  }

  private static BuildPlan detected(SourceTree tree, PlanSettings settings) {
    boolean commanded = settings.buildCommand() != null || settings.installCommand() != null;
    boolean named =
        settings.build().dockerfile() != null && !settings.build().dockerfile().isBlank();
    if (named || tree.firstOf("Dockerfile", "Containerfile") != null && !commanded) {
      return DockerfilePlan.plan(
          tree, settings, named ? " (as set)" : " (found; it wins over detection)");
    }
    var plan = byLanguage(tree, settings);
    if (tree.has("Dockerfile")) {
      return explained(
          plan,
          "the Dockerfile is not used: the commands set for the build win (build.type dockerfile to use it)");
    }
    return plan;
  }

  private static BuildPlan byLanguage(SourceTree tree, PlanSettings settings) {
    if (tree.has("go.mod")) {
      return new GoPlan(tree, settings).plan();
    }
    if (JavaPlan.recognises(tree)) {
      return new JavaPlan(tree, settings).plan();
    }
    if (PhpPlan.recognises(tree)) {
      return new PhpPlan(tree, settings).plan();
    }
    boolean node = tree.has("package.json");
    if (PythonPlan.recognises(tree)) {
      var python = new PythonPlan(tree, settings);
      if (!node || settings.startCommand() == null && python.runs()) {
        return python.plan();
      }
    }
    if (node) {
      return new NodePlan(tree, settings).plan();
    }
    if (settings.startCommand() != null || Procfile.web(tree) != null) {
      return commands(tree, settings);
    }
    if (settings.buildCommand() != null
        || settings.outputDirectory() != null
        || tree.firstOf("index.html", "public/index.html", "dist/index.html") != null) {
      return StaticPlan.plan(tree, settings);
    }
    throw nothing(tree);
  }

  /** Commands without a language anybody knows: they run on Debian. */
  private static BuildPlan commands(SourceTree tree, PlanSettings settings) {
    var recipe =
        new Recipe(settings)
            .explain("no language detected; the commands run on " + settings.base("debian"));
    recipe.from("debian", null).workIn("/app").copy(".", ".");
    if (settings.installCommand() != null) {
      recipe
          .explain("install: " + settings.installCommand() + " (as set)")
          .run(String.valueOf(settings.installCommand()));
    }
    if (settings.buildCommand() != null) {
      recipe
          .explain("build: " + settings.buildCommand() + " (as set)")
          .runWithEnvironment(String.valueOf(settings.buildCommand()));
    }
    var start =
        settings.startCommand() != null
            ? settings.startCommand()
            : String.valueOf(Procfile.web(tree));
    return recipe.explain("start: " + start).serve(start).plan("commands", tree.name());
  }

  private static BuildPlan explained(BuildPlan plan, String line) {
    var lines = new ArrayList<>(List.of(line));
    lines.addAll(plan.explanation());
    return new BuildPlan(
        plan.kind(),
        plan.contextRoot(),
        plan.dockerfile(),
        plan.dockerfileText(),
        plan.target(),
        plan.image(),
        plan.families(),
        plan.arguments(),
        plan.secrets(),
        plan.environmentFile(),
        plan.usesEnvironment(),
        plan.ignore(),
        plan.startCommand(),
        plan.port(),
        plan.cachedDirectories(),
        lines);
  }

  private static Problem nothing(SourceTree tree) {
    var where = tree.name().isEmpty() ? "The repository" : "The folder " + tree.name();
    return Problem.failed(
        "nothing_detected",
        where + " has nothing that tells how to build it; at its top: " + tree.listed() + ".",
        "Add a Dockerfile, package.json, requirements.txt, pom.xml, go.mod, composer.json or index.html, set startCommand, or set rootDirectory to the folder that has one.");
  }
}
