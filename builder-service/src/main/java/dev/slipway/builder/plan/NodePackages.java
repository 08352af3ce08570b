package dev.slipway.builder.plan;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Node package manager's way of doing things.
 *
 * @param tool {@code npm}, {@code pnpm} or {@code yarn}
 * @param why how it was recognised, for the log
 * @param install the command that installs exactly what the lock file says, development packages
 *     included
 * @param cache where it keeps downloads
 * @param manifests the files an installation reads
 * @param setUp makes the tool present, as root; null when the base image has it
 */
record NodePackages(
    String tool,
    String why,
    String install,
    String cache,
    List<String> manifests,
    @Nullable String setUp) {

  static NodePackages of(SourceTree tree, JsonObject manifest) {
    var named = manifest.getValue("packageManager") instanceof String s ? s : "";
    if (named.startsWith("pnpm") || named.isEmpty() && tree.has("pnpm-lock.yaml")) {
      return pnpm(tree);
    }
    if (named.startsWith("yarn") || named.isEmpty() && tree.has("yarn.lock")) {
      return yarn(tree, named);
    }
    return npm(tree);
  }

  private static NodePackages npm(SourceTree tree) {
    var lock = tree.firstOf("package-lock.json", "npm-shrinkwrap.json");
    return new NodePackages(
        "npm",
        lock != null
            ? "npm (" + lock + ")"
            : "npm (no lock file: versions may differ from build to build)",
        lock != null ? "npm ci --include=dev" : "npm install --include=dev --no-package-lock",
        "/tmp/.npm",
        present(tree, "package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
        null);
  }

  private static NodePackages pnpm(SourceTree tree) {
    boolean locked = tree.has("pnpm-lock.yaml");
    return new NodePackages(
        "pnpm",
        locked ? "pnpm (pnpm-lock.yaml)" : "pnpm (packageManager; no lock file)",
        "pnpm install --prod=false " + (locked ? "--frozen-lockfile" : "--no-frozen-lockfile"),
        "/tmp/.local/share/pnpm/store",
        present(tree, "package.json", "pnpm-lock.yaml", ".npmrc", ".pnpmfile.cjs"),
        "command -v pnpm >/dev/null || npm install -g pnpm@10");
  }

  private static NodePackages yarn(SourceTree tree, String named) {
    boolean modern = tree.has(".yarnrc.yml") || named.matches("yarn@([2-9]|\\d\\d).*");
    boolean locked = tree.has("yarn.lock");
    var release = tree.files(".yarn/releases").stream().filter(f -> f.endsWith(".cjs")).findFirst();
    var yarn = release.map(file -> "node .yarn/releases/" + file).orElse("yarn");
    return new NodePackages(
        yarn,
        (modern ? "yarn 2 or later" : "yarn 1")
            + (locked ? " (yarn.lock)" : " (packageManager; no lock file)"),
        modern
            ? yarn + " install" + (locked ? " --immutable" : "")
            : yarn + " install --production=false" + (locked ? " --frozen-lockfile" : ""),
        modern ? "/tmp/.yarn/berry/cache" : "/tmp/.cache/yarn",
        present(tree, "package.json", "yarn.lock", ".npmrc", ".yarnrc", ".yarnrc.yml"),
        release.isPresent()
            ? null
            : modern
                ? "command -v corepack >/dev/null && corepack enable || npm install -g corepack && corepack enable"
                : "command -v yarn >/dev/null || npm install -g yarn@1");
  }

  private static List<String> present(SourceTree tree, String... files) {
    var found = new ArrayList<String>();
    for (var file : files) {
      if (tree.has(file)) {
        found.add(file);
      }
    }
    return found;
  }

  /** Runs one of package.json's scripts. */
  String script(String name) {
    return tool + " run " + name;
  }
}
