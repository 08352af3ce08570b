package dev.slipway.builder.plan;

import java.util.regex.Pattern;

/** Plans a Go module: one binary, built in one stage, alone in the other. */
final class GoPlan {
  private static final Pattern MAIN = Pattern.compile("(?m)^package main\\b");

  private final SourceTree tree;
  private final PlanSettings settings;

  GoPlan(SourceTree tree, PlanSettings settings) {
    this.tree = tree;
    this.settings = settings;
  }

  BuildPlan plan() {
    var recipe = new Recipe(settings).explain("found go.mod");
    recipe.from("go", "build").workIn("/app", "/out");
    recipe.line(
        "ENV GOPATH=/tmp/go GOCACHE=/tmp/.cache/go-build GOFLAGS=-buildvcs=false CGO_ENABLED=0");
    if (settings.installCommand() != null) {
      recipe
          .explain("install: " + settings.installCommand() + " (as set)")
          .copy(".", ".")
          .run(String.valueOf(settings.installCommand()), "/tmp/go", "/tmp/.cache/go-build");
    } else if (tree.has("go.sum")
        && !tree.hasFolder("vendor")
        && !tree.read("go.mod").contains("=> .")) {
      recipe.copy("go.mod go.sum", "./").run("go mod download", "/tmp/go").copy(".", ".");
    } else {
      recipe.copy(".", ".");
    }
    var build =
        settings.buildCommand() != null
            ? settings.buildCommand()
            : "go build -trimpath -ldflags=-s -o /out/app " + mainPackage();
    recipe.explain("build: " + build + (settings.buildCommand() != null ? " (as set)" : ""));
    recipe.runWithEnvironment(build, "/tmp/go", "/tmp/.cache/go-build");
    return settings.buildCommand() != null || settings.startCommand() != null
        ? everything(recipe)
        : binary(recipe);
  }

  private BuildPlan binary(Recipe recipe) {
    recipe.explain("start: /app/app (the binary built)");
    recipe.from("debian", null).workIn("/app").line("COPY --from=build /out/app /app/app");
    return recipe.serve("/app/app").plan("go", tree.name());
  }

  // own commands may leave and name any file; the binary is at hand under both names
  private BuildPlan everything(Recipe recipe) {
    var start =
        settings.startCommand() != null
            ? settings.startCommand()
            : "if [ -x /out/app ]; then exec /out/app; else exec ./app; fi";
    recipe.explain(
        "start: "
            + start
            + (settings.startCommand() != null ? " (as set)" : " (the binary built)"));
    recipe.from("debian", null).workIn("/app", "/out");
    recipe
        .line("COPY --from=build --chown=" + Recipe.USER + " /app /app")
        .line("COPY --from=build --chown=" + Recipe.USER + " /out /out");
    return recipe.line("ENV PATH=/out:/app:$PATH").serve(start).plan("go", tree.name());
  }

  private String mainPackage() {
    for (var file : tree.files("")) {
      if (file.endsWith(".go")
          && !file.endsWith("_test.go")
          && MAIN.matcher(tree.read(file)).find()) {
        return ".";
      }
    }
    var commands = tree.files("cmd").stream().filter(f -> f.endsWith("/")).toList();
    for (var folder : commands) {
      for (var file : tree.files("cmd/" + folder)) {
        if (file.endsWith(".go") && MAIN.matcher(tree.read("cmd/" + folder + file)).find()) {
          return "./cmd/" + folder.replaceAll("/$", "");
        }
      }
    }
    return ".";
  }
}
