package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans a {@code package.json}: a server of its own, or a site that only needs building. */
final class NodePlan {
  private static final String PLAIN_SCRIPT = "[\\w@./-]+( [\\w@./:=,+-]+)*";
  private static final Set<String> INSTALL_HOOKS =
      Set.of("preinstall", "install", "postinstall", "prepare");

  private final SourceTree tree;
  private final PlanSettings settings;
  private final JsonObject manifest;
  private final JsonObject scripts;
  private final NodePackages packages;

  NodePlan(SourceTree tree, PlanSettings settings) {
    this.tree = tree;
    this.settings = settings;
    this.manifest = tree.json("package.json");
    this.scripts = manifest.getValue("scripts") instanceof JsonObject o ? o : new JsonObject();
    this.packages = NodePackages.of(tree, manifest);
  }

  BuildPlan plan() {
    var start = start();
    if (settings.outputDirectory() != null && settings.startCommand() == null
        || start == null && buildCommand() != null) {
      return site();
    }
    if (start == null) {
      throw Problem.failed(
          "start_command_unknown",
          "package.json has no start script, and there is no server.js or index.js to run.",
          "Add a start script to package.json, or set startCommand.");
    }
    return server(start);
  }

  private BuildPlan server(Start start) {
    var recipe = new Recipe(settings);
    explainPackages(recipe);
    recipe.from("node", null);
    install(recipe, List.of());
    build(recipe);
    recipe.line("ENV NODE_ENV=production HOSTNAME=0.0.0.0 PATH=/app/node_modules/.bin:$PATH");
    recipe.explain("start: " + start.command() + " (" + start.why() + ")");
    return recipe.serve(start.command()).plan("node", tree.name());
  }

  /** A site: built with Node, served without. */
  BuildPlan site() {
    var recipe = new Recipe(settings);
    explainPackages(recipe);
    recipe.from("node", "build");
    install(recipe, List.of("/site"));
    build(recipe);
    StaticPlan.collect(recipe, settings.outputDirectory(), outputs());
    var spa =
        settings.build().spa() == null
            ? !pagesOfItsOwn()
            : Boolean.TRUE.equals(settings.build().spa());
    return StaticPlan.serve(recipe, settings, spa, "COPY --from=build /site /srv")
        .plan("static", tree.name());
  }

  private void explainPackages(Recipe recipe) {
    recipe.explain("found package.json" + frameworkSuffix() + "; packages by " + packages.why());
    var wanted =
        manifest.getValue("engines") instanceof JsonObject engines
            ? engines.getString("node")
            : null;
    if (wanted != null) {
      recipe.explain(
          "engines.node is "
              + wanted
              + "; the base image "
              + settings.base("node")
              + " decides (SLIPWAY_BASE_NODE)");
    }
  }

  private void install(Recipe recipe, List<String> moreFolders) {
    if (packages.setUp() != null) {
      recipe.line("RUN " + packages.setUp());
    }
    recipe.workIn("/app", moreFolders.toArray(String[]::new));
    recipe.line("ENV CI=true NEXT_TELEMETRY_DISABLED=1 npm_config_update_notifier=false");
    recipe.ignore("node_modules").ignore("**/node_modules");
    var command =
        settings.installCommand() != null ? settings.installCommand() : packages.install();
    recipe.explain("install: " + command + (settings.installCommand() != null ? " (as set)" : ""));
    if (installsFromManifestsAlone()) {
      recipe
          .copy(String.join(" ", packages.manifests()), "./")
          .run(command, packages.cache())
          .copy(".", ".");
    } else {
      recipe.copy(".", ".").run(command, packages.cache());
    }
  }

  // then the packages' layer outlives every change of the application's own files
  private boolean installsFromManifestsAlone() {
    var text = manifest.encode();
    return settings.installCommand() == null
        && !manifest.containsKey("workspaces")
        && !tree.has("pnpm-workspace.yaml")
        && !tree.hasFolder("patches")
        && !tree.hasFolder(".yarn")
        && !text.contains("\"file:")
        && !text.contains("\"link:")
        && scripts.fieldNames().stream().noneMatch(INSTALL_HOOKS::contains);
  }

  private void build(Recipe recipe) {
    var command = buildCommand();
    if (command == null) {
      recipe.explain("build: nothing to build (no build script)");
      return;
    }
    recipe.explain(
        "build: "
            + command
            + (settings.buildCommand() != null ? " (as set)" : " (package.json's build script)"));
    recipe.line("ENV NODE_ENV=production");
    var caches = new ArrayList<String>();
    if (uses("next")) {
      // the mount would otherwise make .next, and root would own it
      recipe.line("RUN mkdir -p .next/cache");
      caches.add("/app/.next/cache");
    }
    recipe.runWithEnvironment(command, caches.toArray(String[]::new));
  }

  private @Nullable String buildCommand() {
    if (settings.buildCommand() != null) {
      return settings.buildCommand();
    }
    return scripts.containsKey("build") ? packages.script("build") : null;
  }

  private record Start(String command, String why) {}

  private @Nullable Start start() {
    if (settings.startCommand() != null) {
      return new Start(settings.startCommand(), "as set");
    }
    var web = Procfile.web(tree);
    if (web != null) {
      return new Start(web, "Procfile");
    }
    if (scripts.getValue("start") instanceof String script) {
      return startScript(script.strip());
    }
    var main = manifest.getValue("main") instanceof String m && tree.has(m) ? m : null;
    var file =
        main != null && !uses("vite")
            ? main
            : tree.firstOf("server.js", "index.js", "app.js", "server.mjs", "index.mjs");
    return file == null ? null : new Start("node " + file, "no start script, but " + file);
  }

  // run without the package manager in between when that changes nothing: it would keep its memory
  // for ever
  private Start startScript(String script) {
    boolean hooks = scripts.containsKey("prestart") || scripts.containsKey("poststart");
    return !hooks
            && script.matches(PLAIN_SCRIPT)
            && !script.matches("(npm|pnpm|yarn|npx|cd|export) .*")
        ? new Start(script, "package.json's start script")
        : new Start(packages.script("start"), "package.json's start script");
  }

  private boolean uses(String dependency) {
    return manifest.getValue("dependencies") instanceof JsonObject d && d.containsKey(dependency)
        || manifest.getValue("devDependencies") instanceof JsonObject v
            && v.containsKey(dependency);
  }

  private String frameworkSuffix() {
    for (var known :
        List.of(
            "next",
            "nuxt",
            "astro",
            "gatsby",
            "@angular/core",
            "react-scripts",
            "vite",
            "express",
            "fastify")) {
      if (uses(known)) {
        return " (" + known + ")";
      }
    }
    return "";
  }

  private List<String> outputs() {
    var first =
        uses("react-scripts") ? "build" : uses("gatsby") ? "public" : uses("next") ? "out" : "dist";
    var all = new ArrayList<>(List.of(first));
    for (var other :
        List.of("dist", "build", "out", "_site", "public", "dist/*/browser", "dist/*")) {
      if (!all.contains(other)) {
        all.add(other);
      }
    }
    return all;
  }

  // generators that write one file per page know their pages; the others route in the browser
  private boolean pagesOfItsOwn() {
    return uses("gatsby")
        || uses("astro")
        || uses("next")
        || uses("@11ty/eleventy")
        || uses("vitepress")
        || uses("@docusaurus/core");
  }
}
