package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The files of a small application.
 *
 * @param files text by path
 */
public record Sample(Map<String, String> files) {

  public Sample {
    files = Map.copyOf(files);
  }

  /** One of the folders of {@code examples/}. */
  public static Sample example(String folder) {
    Path root = SlipwayHost.home().resolve("examples").resolve(folder);
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(path).toString();
        if (!name.startsWith("node_modules") && !name.startsWith(".next")) {
          files.put(name, Files.readString(path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Sample(files);
  }

  /** The Dockerfile example, saying {@code text}. */
  public static Sample saying(String text) {
    return example("hello-dockerfile").with("www/index.html", text + "\n");
  }

  /** What the API is asked for to serve such a one from a repository, gated by its health. */
  public static Map<String, Object> application(String name, Repository repository) {
    return Map.of(
        "name",
        name,
        "repository",
        repository.url(),
        "branch",
        "main",
        "build",
        Map.of("type", "dockerfile"),
        "port",
        8080,
        "healthCheck",
        Map.of("path", "/health"));
  }

  /** A Dockerfile of these lines on the smallest base, and nothing else. */
  public static Sample dockerfile(String... lines) {
    return new Sample(
        Map.of(
            "Dockerfile", "FROM slipway-base/busybox:latest\n" + String.join("\n", lines) + "\n"));
  }

  /** A Node program without dependencies. */
  public static Sample node(String program) {
    return new Sample(
        Map.of(
            "Dockerfile",
            """
            FROM slipway-base/node:latest
            COPY server.js /server.js
            CMD ["node", "/server.js"]
            """,
            "server.js",
            program));
  }

  /** The text of one file, which must be there. */
  public String file(String path) {
    return Objects.requireNonNull(files.get(path), () -> "no file " + path);
  }

  public Sample with(String path, String text) {
    Map<String, String> more = new TreeMap<>(files);
    more.put(path, text);
    return new Sample(more);
  }

  public Sample without(String path) {
    Map<String, String> fewer = new TreeMap<>(files);
    fewer.remove(path);
    return new Sample(fewer);
  }
}
