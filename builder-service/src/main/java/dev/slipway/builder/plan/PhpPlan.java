package dev.slipway.builder.plan;

/** Plans PHP: Composer's packages, and PHP's own server with several workers. */
final class PhpPlan {
  private final SourceTree tree;
  private final PlanSettings settings;

  PhpPlan(SourceTree tree, PlanSettings settings) {
    this.tree = tree;
    this.settings = settings;
  }

  static boolean recognises(SourceTree tree) {
    return tree.firstOf("composer.json", "index.php", "public/index.php") != null;
  }

  BuildPlan plan() {
    var recipe = new Recipe(settings);
    recipe
        .explain("found " + tree.firstOf("composer.json", "index.php", "public/index.php"))
        .from("php", null)
        .workIn("/app");
    recipe.line("ENV COMPOSER_HOME=/tmp/.composer PHP_CLI_SERVER_WORKERS=4").copy(".", ".");
    var install =
        settings.installCommand() != null
            ? settings.installCommand()
            : tree.has("composer.json")
                ? "composer install --no-interaction --no-dev --prefer-dist --optimize-autoloader"
                : null;
    if (install != null) {
      recipe.explain("install: " + install).ignore("vendor").run(install, "/tmp/.composer");
    }
    if (settings.buildCommand() != null) {
      recipe
          .explain("build: " + settings.buildCommand() + " (as set)")
          .runWithEnvironment(String.valueOf(settings.buildCommand()));
    }
    var start = start();
    recipe.explain("start: " + start);
    return recipe.serve(start).plan("php", tree.name());
  }

  private String start() {
    if (settings.startCommand() != null) {
      return settings.startCommand();
    }
    var web = Procfile.web(tree);
    if (web != null) {
      return web;
    }
    return "php -S 0.0.0.0:$PORT -t " + (tree.has("public/index.php") ? "public" : ".");
  }
}
