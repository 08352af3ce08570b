package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Git repository that a promise commits to; commits are there for everybody at once. */
public final class Repository {
  private final Path work;
  private final String url;

  private Repository(Path work, String url) {
    this.work = work;
    this.url = url;
  }

  static Repository create(Path root, String name, String url) {
    Path bare = root.resolve(name + ".git");
    Path work = root.resolve(name + ".work");
    Shell.run("git", "init", "-q", "--bare", "--initial-branch=main", bare.toString());
    Shell.run("git", "init", "-q", "--initial-branch=main", work.toString());
    Shell.run(work, "git", "remote", "add", "origin", bare.toString());
    return new Repository(work, url);
  }

  public String url() {
    return url;
  }

  /** Makes the branch main hold exactly the sample, and returns the commit's full id. */
  public String push(Sample sample, String message) {
    try {
      clear();
      for (var file : sample.files().entrySet()) {
        Path path = work.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run(work, "git", "add", "-A");
    Shell.run(
        work,
        "git",
        "-c",
        "user.name=Promise",
        "-c",
        "user.email=promise@localhost",
        "-c",
        "commit.gpgsign=false",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message);
    Shell.run(work, "git", "push", "-q", "--force", "origin", "HEAD:main");
    return Shell.run(work, "git", "rev-parse", "HEAD");
  }

  private void clear() throws IOException {
    try (var entries = Files.list(work)) {
      for (Path entry : entries.filter(e -> !e.endsWith(".git")).toList()) {
        Shell.run("rm", "-rf", entry.toString());
      }
    }
  }
}
