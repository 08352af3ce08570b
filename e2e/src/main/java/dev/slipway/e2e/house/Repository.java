package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A Git repository that a promise commits to; commits are there for everybody at once. */
public final class Repository {
  private final Path bare;
  private final Path work;
  private final String url;

  private Repository(Path bare, Path work, String url) {
    this.bare = bare;
    this.work = work;
    this.url = url;
  }

  static Repository create(Path root, String name, String url) {
    Path bare = root.resolve(name + ".git");
    Path work = root.resolve(name + ".work");
    Shell.run("git", "init", "-q", "--bare", "--initial-branch=main", bare.toString());
    Shell.run("git", "init", "-q", "--initial-branch=main", work.toString());
    Shell.run(work, "git", "remote", "add", "origin", bare.toString());
    return new Repository(bare, work, url);
  }

  public String url() {
    return url;
  }

  /** From now on pushes go over HTTP, and after each of them the server runs this script. */
  public void afterPushes(String script) {
    try {
      Path hook = Files.writeString(bare.resolve("hooks/post-receive"), script);
      Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run(bare, "git", "config", "http.receivepack", "true");
    Shell.run(work, "git", "remote", "set-url", "origin", url);
  }

  /** What the script left in a file beside the repository. */
  public String note(String file) {
    try {
      return Files.readString(bare.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the hook left no " + file, e);
    }
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
