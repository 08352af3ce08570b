package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Read-only view of a folder of a work tree. It never looks outside, whatever links say, and never
 * reads huge files.
 */
public final class SourceTree {
  private static final int LONGEST_READ = 1 << 20;
  private static final int MANY = 2000;
  private final Path top;
  private final Path folder;

  private SourceTree(Path top, Path folder) {
    this.top = top;
    this.folder = folder;
  }

  /**
   * The folder an application lives in.
   *
   * @param rootDirectory relative to the work tree; null or empty for its top
   * @throws Problem {@code root_directory_missing} when there is no such folder in the tree
   */
  public static SourceTree of(Path workTree, @Nullable String rootDirectory) {
    try {
      var top = workTree.toRealPath();
      var wanted = rootDirectory == null ? "" : rootDirectory.strip().replaceAll("^/+", "");
      var folder = top.resolve(wanted).normalize();
      if (folder.startsWith(top)
          && Files.isDirectory(folder)
          && folder.toRealPath().startsWith(top)) {
        return new SourceTree(top, folder.toRealPath());
      }
      throw Problem.failed(
          "root_directory_missing",
          "The repository has no folder '"
              + rootDirectory
              + "'; at its top it has "
              + new SourceTree(top, top).listed()
              + ".",
          "Set rootDirectory to the folder the application lives in, or leave it out for the top.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder itself. */
  public Path path() {
    return folder;
  }

  /** The folder relative to the work tree; empty for its top. */
  public String name() {
    return top.relativize(folder).toString();
  }

  boolean has(String file) {
    return inside(file).filter(Files::isRegularFile).isPresent();
  }

  boolean hasFolder(String name) {
    return inside(name).filter(Files::isDirectory).isPresent();
  }

  /** The first of these files that is there, or null. */
  @Nullable String firstOf(String... files) {
    return Stream.of(files).filter(this::has).findFirst().orElse(null);
  }

  /** A file's text, at most its first mebibyte; empty when there is none. */
  String read(String file) {
    var path = inside(file).filter(Files::isRegularFile);
    if (path.isEmpty()) {
      return "";
    }
    try (var in = Files.newInputStream(path.get())) {
      return new String(in.readNBytes(LONGEST_READ), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file as JSON object. A missing one is empty. */
  JsonObject json(String file) {
    var text = read(file);
    try {
      return text.isBlank() ? new JsonObject() : new JsonObject(text);
    } catch (DecodeException | ClassCastException e) {
      throw Problem.failed(
          "manifest_invalid",
          file + " is no valid JSON object.",
          "Correct " + file + "; `node -e \"require('./" + file + "')\"` names the line.");
    }
  }

  /** Names of the files directly in the folder, or one below it, sorted. */
  List<String> files(String below) {
    return inside(below).map(SourceTree::names).orElse(List.of());
  }

  /** The first file, by path, whose name matches, at most so many folders deep. */
  Optional<String> find(Pattern name, int depth) {
    try (var found = Files.walk(folder, depth)) {
      return found
          .limit(MANY)
          .filter(p -> name.matcher(p.getFileName().toString()).matches() && Files.isRegularFile(p))
          .map(p -> folder.relativize(p).toString())
          .filter(p -> !p.contains("node_modules/"))
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a person would see first, for messages. */
  String listed() {
    var names = files("");
    if (names.isEmpty()) {
      return "nothing";
    }
    var shown = String.join(", ", names.subList(0, Math.min(12, names.size())));
    return names.size() > 12 ? shown + " and " + (names.size() - 12) + " more" : shown;
  }

  /** A path of the tree with all links resolved, if it exists and is inside. */
  Optional<Path> inside(String file) {
    var path = folder.resolve(file).normalize();
    if (!path.startsWith(top)) {
      return Optional.empty();
    }
    try {
      var real = path.toRealPath();
      return real.startsWith(top) ? Optional.of(real) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not there, or a link to nowhere
    }
  }

  private static List<String> names(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .limit(MANY)
          .map(p -> p.getFileName() + (Files.isDirectory(p) ? "/" : ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // a file, not a folder
    }
  }
}
