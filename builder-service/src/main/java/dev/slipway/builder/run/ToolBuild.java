package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.platform.logs.LogChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Builds with nixpacks, railpack or pack, where an operator has installed them. */
final class ToolBuild {
  private static final Set<String> TOOLS = Set.of("nixpacks", "railpack", "pack");
  private final BuildParts parts;
  private final Runs.Run run;

  ToolBuild(BuildParts parts, Runs.Run run) {
    this.parts = parts;
    this.run = run;
  }

  static boolean names(String kind) {
    return TOOLS.contains(kind);
  }

  /**
   * Builds and answers the image's id.
   *
   * @throws Problem {@code build_tool_missing}, {@code build_timed_out}, {@code build_failed}
   */
  String build(String tool, Path context, String reference)
      throws IOException, InterruptedException {
    var program = Programs.find(tool).orElseThrow(() -> missing(tool));
    // beside the work tree: what a killed process leaves there is swept with it
    var variables =
        Files.createTempFile(
            parts.config().workTrees().resolve(run.order().deploymentId().value()),
            "environment-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    var out = run.log().source(LogChannel.STDOUT, BuildSaga.BUILD);
    try {
      Files.writeString(variables, lines());
      int code =
          Programs.run(
              command(tool, program, context, reference, variables),
              context,
              run.environment().values(),
              parts.config().limits().time(),
              (bytes, from, length) -> {
                run.log().makeRoom();
                out.write(bytes, from, length);
              });
      if (code != 0) {
        throw failed(tool, code);
      }
    } finally {
      out.end();
      Files.deleteIfExists(variables);
    }
    return parts.engine().image(reference).map(ImageInfo::id).orElseThrow(() -> failed(tool, 0));
  }

  private List<String> command(
      String tool, Path program, Path context, String reference, Path variables) {
    var command = new ArrayList<>(List.of(program.toString(), "build"));
    var build = run.order().config().build();
    switch (tool) {
      case "nixpacks" -> {
        command.addAll(List.of(context.toString(), "--name", reference));
        run.environment().values().keySet().forEach(name -> command.addAll(List.of("--env", name)));
        add(command, "--install-cmd", build.installCommand());
        add(command, "--build-cmd", build.buildCommand());
        add(command, "--start-cmd", run.order().config().startCommand());
      }
      case "railpack" -> {
        command.addAll(List.of(context.toString(), "--name", reference));
        run.environment().values().keySet().forEach(name -> command.addAll(List.of("--env", name)));
        add(command, "--build-cmd", build.buildCommand());
        add(command, "--start-cmd", run.order().config().startCommand());
      }
      case "pack" ->
          command.addAll(
              List.of(
                  reference,
                  "--path",
                  context.toString(),
                  "--env-file",
                  variables.toString(),
                  "--trust-builder",
                  "--builder",
                  "heroku/builder:24"));
      default -> throw new IllegalArgumentException(tool);
    }
    return command;
  }

  private static void add(
      List<String> command, String option, @org.jspecify.annotations.Nullable String value) {
    if (value != null && !value.isBlank()) {
      command.addAll(List.of(option, value));
    }
  }

  private String lines() {
    var lines = new StringBuilder();
    for (Map.Entry<String, String> variable : run.environment().values().entrySet()) {
      lines
          .append(variable.getKey())
          .append('=')
          .append(variable.getValue().replaceAll("\\R", " "))
          .append('\n');
    }
    return lines.toString();
  }

  private static Problem missing(String tool) {
    return Problem.failed(
        "build_tool_missing",
        "The build type is " + tool + ", but that program is not installed on the builder's host.",
        "Install "
            + tool
            + " there and put it on the PATH, or set build.type to auto or dockerfile.");
  }

  private Problem failed(String tool, int code) {
    return code < 0
        ? Problem.failed(
            "build_timed_out",
            tool
                + " has not ended within "
                + parts.config().limits().time().toMinutes()
                + " minutes.",
            "Raise SLIPWAY_BUILD_TIMEOUT, or make the build faster.")
        : Problem.failed(
            "build_failed",
            tool + " ended with exit code " + code + (code == 0 ? " but left no image." : "."),
            "Read the lines it printed last; it fails the same way by hand.");
  }
}
