package dev.slipway.builder.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A repository made with the real {@code git}, untouched by this machine's own settings. */
public final class TestRepository {
  private final Path folder;

  /** Makes an empty one with the branch main. */
  public TestRepository(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    git("init", "-q", "-b", "main");
    git("config", "uploadpack.allowAnySHA1InWant", "true");
  }

  public Path folder() {
    return folder;
  }

  /** Writes a file, and the folders above it. */
  public TestRepository file(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  /** Commits everything and answers the commit's id. */
  public String commit(String message) throws IOException {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  }

  /** Runs git here and answers what it prints. */
  public String git(String... arguments) throws IOException {
    return gitWithInput("", arguments);
  }

  String gitWithInput(String input, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "git",
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "protocol.file.allow=always",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "core.hooksPath=/dev/null"));
    command.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
    var process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return said;
  }

  /** Stores text as a blob and answers its id. */
  String blob(String text) throws IOException {
    return gitWithInput(text, "hash-object", "-w", "--stdin");
  }

  /** Makes main a commit of a hand-written tree, each entry {@code mode SP type SP id TAB name}. */
  String commitTree(String tree) throws IOException {
    var commit = git("commit-tree", "-m", "by hand", tree);
    git("update-ref", "refs/heads/main", commit);
    return commit;
  }
}
