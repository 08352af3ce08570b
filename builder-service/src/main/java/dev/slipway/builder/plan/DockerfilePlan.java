package dev.slipway.builder.plan;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Plans the repository's own Dockerfile. Only the lines that say what it wants from outside are
 * read.
 */
final class DockerfilePlan {
  private static final Pattern ARG = Pattern.compile("(?mi)^\\s*ARG\\s+([^\\n#]+)");
  private static final Pattern FROM =
      Pattern.compile("(?mi)^\\s*FROM\\s+(?:--\\S+\\s+)*(\\S+)(?:\\s+AS\\s+(\\S+))?");
  private static final Pattern SECRET = Pattern.compile("--mount=\\S*type=secret\\S*");
  private static final Pattern EXPOSE = Pattern.compile("(?mi)^\\s*EXPOSE\\s+([^\\n#]+)");
  private static final Pattern BASE = Pattern.compile("slipway-base/([a-z]+)(?::latest)?\\b");
  private static final Pattern NAME =
      Pattern.compile("(?i)(.*\\.)?(dockerfile|containerfile)(\\..*)?");

  private DockerfilePlan() {}

  static BuildPlan plan(SourceTree tree, PlanSettings settings, String why) {
    var path = path(tree, settings);
    var text = tree.read(path).replaceAll("\\\\[ \\t]*\\r?\\n", " ");
    var explanation = new ArrayList<String>();
    explanation.add("Dockerfile: " + path + why);
    var target = settings.build().target();
    if (target != null && !target.isBlank()) {
      checkTarget(text, target, path);
      explanation.add("target stage: " + target);
    }
    var declared = declared(text);
    var arguments = new TreeSet<>(settings.plain());
    arguments.retainAll(declared);
    var secrets = secrets(text, settings);
    explainVariables(explanation, settings, declared, arguments, secrets);
    int port = port(text, settings, explanation);
    if (settings.startCommand() != null) {
      explanation.add(
          "start: " + settings.startCommand() + " (as set; replaces the image's command)");
    }
    boolean file = settings.buildkit() && text.contains(Recipe.ENVIRONMENT_SECRET);
    return new BuildPlan(
        "dockerfile",
        tree.name(),
        path,
        null,
        target == null || target.isBlank() ? null : target,
        null,
        families(text),
        List.copyOf(arguments),
        List.copyOf(secrets),
        file,
        file || !arguments.isEmpty() || !secrets.isEmpty(),
        List.of(),
        settings.startCommand(),
        port,
        List.of(),
        explanation);
  }

  private static String path(SourceTree tree, PlanSettings settings) {
    var wanted = settings.build().dockerfile();
    if (wanted == null || wanted.isBlank()) {
      var usual = tree.firstOf("Dockerfile", "Containerfile", "dockerfile");
      if (usual != null) {
        return usual;
      }
    } else {
      var relative = wanted.strip().replaceAll("^\\./|^/+", "");
      if (tree.has(relative)) {
        return relative;
      }
    }
    throw missing(tree, wanted == null || wanted.isBlank() ? "Dockerfile" : wanted);
  }

  private static Problem missing(SourceTree tree, String wanted) {
    var found = tree.find(NAME, 4);
    var where = tree.name().isEmpty() ? "The repository" : "The folder " + tree.name();
    return Problem.failed(
        "dockerfile_missing",
        where
            + " has no file '"
            + wanted
            + "'; "
            + found
                .map(f -> "it has " + f + ".")
                .orElse("no Dockerfile is in it. At its top: " + tree.listed() + "."),
        found
            .map(f -> "Set build.dockerfile to " + f + ".")
            .orElse(
                "Commit a Dockerfile, set build.dockerfile to its path, or set build.type to auto."));
  }

  private static void checkTarget(String text, String target, String path) {
    var stages = new ArrayList<String>();
    var from = FROM.matcher(text);
    int number = 0;
    while (from.find()) {
      stages.add(from.group(2) == null ? String.valueOf(number) : from.group(2));
      number++;
    }
    if (stages.stream().noneMatch(target::equalsIgnoreCase) && !target.matches("\\d+")) {
      throw Problem.failed(
          "target_missing",
          path + " has no stage '" + target + "'; it has " + String.join(", ", stages) + ".",
          "Set build.target to one of them, or leave it out for the last.");
    }
  }

  private static Set<String> declared(String text) {
    var names = new TreeSet<String>();
    var arg = ARG.matcher(text);
    while (arg.find()) {
      for (var word : arg.group(1).trim().split("\\s+")) {
        names.add(word.replaceAll("=.*", ""));
      }
    }
    return names;
  }

  private static Set<String> secrets(String text, PlanSettings settings) {
    var ids = new TreeSet<String>();
    var mount = SECRET.matcher(text);
    while (mount.find()) {
      for (var part : mount.group().substring("--mount=".length()).split(",")) {
        var name = part.replaceAll("^(id|env|target|src|source)=", "").replaceAll(".*/", "");
        if (settings.secret().contains(name) || settings.plain().contains(name)) {
          ids.add(name);
        }
      }
    }
    return ids;
  }

  private static void explainVariables(
      List<String> explanation,
      PlanSettings settings,
      Set<String> declared,
      Set<String> arguments,
      Set<String> secrets) {
    if (!arguments.isEmpty()) {
      explanation.add("build arguments from variables: " + String.join(", ", arguments));
    }
    if (!secrets.isEmpty()) {
      explanation.add("build secrets from variables: " + String.join(", ", secrets));
    }
    for (var name : settings.secret()) {
      if (declared.contains(name)) {
        explanation.add(
            "ARG "
                + name
                + " stays empty: secrets never become build arguments, which images show; use RUN --mount=type=secret,id="
                + name);
      }
    }
  }

  /**
   * Where it listens: as set; but a port that was left at its default gives way to the only one the
   * Dockerfile names.
   */
  private static int port(String text, PlanSettings settings, List<String> explanation) {
    var ports = new TreeSet<Integer>();
    var expose = EXPOSE.matcher(text);
    while (expose.find()) {
      for (var word : expose.group(1).trim().split("\\s+")) {
        if (word.matches("\\d{1,5}(/tcp)?")) {
          ports.add(Integer.parseInt(word.replace("/tcp", "")));
        }
      }
    }
    return port(settings.port(), ports, explanation);
  }

  static int port(int set, Set<Integer> exposed, List<String> explanation) {
    if (set == ApplicationConfig.DEFAULT_PORT && exposed.size() == 1 && !exposed.contains(set)) {
      int only = exposed.iterator().next();
      explanation.add("port: " + only + " (the only one exposed; told through PORT)");
      return only;
    }
    explanation.add("port: " + set + " (told through PORT)");
    return set;
  }

  private static List<String> families(String text) {
    var families = new TreeSet<String>();
    var base = BASE.matcher(text);
    while (base.find()) {
      families.add(base.group(1));
    }
    return List.copyOf(families);
  }
}
