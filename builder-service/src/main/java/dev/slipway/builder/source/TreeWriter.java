package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.archive.Links;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Writes trees into one folder and nowhere else. Links come last, when every file stands, so that
 * no file is ever written through one; links that could lead out of the folder are left out. No
 * filter and no hook runs.
 */
final class TreeWriter {
  private static final int LONGEST_PATH = 3000;
  private static final byte[] POINTER =
      "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII);

  /** A submodule's place in a tree. */
  record Link(String path, String sha) {}

  private final Path root;
  private final SourceLimits limits;
  private final SourceListener listener;
  private final Map<String, String> symlinks = new LinkedHashMap<>();
  private final List<String> pointers = new ArrayList<>();
  private int entries;
  private int files;
  private long bytes;

  TreeWriter(Path root, SourceLimits limits, SourceListener listener) {
    this.root = root;
    this.limits = limits;
    this.listener = listener;
  }

  int count() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  /** Forgets what an attempt on a damaged mirror wrote below this prefix. */
  void startAgainAt(String prefix) throws IOException {
    var place = prefix.isEmpty() ? root : root.resolve(prefix);
    Mirrors.delete(place);
    symlinks.keySet().removeIf(path -> isBelow(path, prefix));
    pointers.removeIf(path -> isBelow(path, prefix));
    if (prefix.isEmpty()) {
      entries = 0;
      files = 0;
      bytes = 0;
    }
    Files.createDirectories(place);
  }

  private static boolean isBelow(String path, String prefix) {
    return prefix.isEmpty() || path.startsWith(prefix + "/");
  }

  /** Writes a tree below a folder of the work tree and answers where submodules belong. */
  List<Link> write(Repository repository, ObjectId tree, String prefix) throws IOException {
    var links = new ArrayList<Link>();
    try (var walk = new TreeWalk(repository)) {
      walk.addTree(tree);
      while (walk.next()) {
        admitEntry(walk.getPathString());
        var path = prefix.isEmpty() ? walk.getPathString() : prefix + "/" + walk.getPathString();
        var mode = walk.getFileMode(0);
        if (mode == FileMode.TREE) {
          makeFolder(path);
          walk.enterSubtree();
        } else if (mode == FileMode.GITLINK) {
          makeFolder(path);
          links.add(new Link(walk.getPathString(), walk.getObjectId(0).name()));
        } else if (mode == FileMode.SYMLINK) {
          symlinks.put(path, target(repository.open(walk.getObjectId(0))));
          files++;
        } else {
          writeFile(path, repository.open(walk.getObjectId(0)), mode == FileMode.EXECUTABLE_FILE);
        }
      }
    }
    return links;
  }

  static boolean isPlainFile(TreeWalk entry) {
    return entry.getFileMode(0) == FileMode.REGULAR_FILE
        || entry.getFileMode(0) == FileMode.EXECUTABLE_FILE;
  }

  private void admitEntry(String path) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new java.io.InterruptedIOException("the checkout was interrupted");
    }
    if (++entries > limits.files()) {
      throw tooLarge("more than " + limits.files() + " files and folders");
    }
    var name = path.substring(path.lastIndexOf('/') + 1);
    var plain = name.toLowerCase(Locale.ROOT);
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || plain.equals(".git")
        || name.indexOf('\0') >= 0
        || path.length() > LONGEST_PATH
        || name.getBytes(StandardCharsets.UTF_8).length > 255) {
      throw refused(path);
    }
  }

  private Path place(String path) {
    var place = root.resolve(path).normalize();
    if (!place.startsWith(root) || place.equals(root)) {
      throw refused(path);
    }
    return place;
  }

  private void makeFolder(String path) throws IOException {
    var place = place(path);
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(path);
    }
    Files.createDirectories(place);
  }

  private void writeFile(String path, ObjectLoader content, boolean executable) throws IOException {
    bytes += content.getSize();
    if (bytes > limits.treeBytes()) {
      throw tooLarge("more than " + (limits.treeBytes() >> 20) + " MB of files");
    }
    files++;
    var place = place(path);
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(path);
    }
    try (var out = Files.newOutputStream(place, java.nio.file.StandardOpenOption.CREATE_NEW)) {
      content.copyTo(out);
    }
    if (executable) {
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    if (content.getSize() < 1024 && startsWith(content.getCachedBytes(1024), POINTER)) {
      pointers.add(path);
    }
  }

  private static String target(ObjectLoader link) throws IOException {
    return new String(link.getCachedBytes(LONGEST_PATH + 1), StandardCharsets.UTF_8);
  }

  /** Makes the links that stay inside; the others are told and left out. */
  void writeLinks() throws IOException {
    for (var link : symlinks.entrySet()) {
      var place = place(link.getKey());
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        throw refused(link.getKey());
      }
      if (!Links.stayInside(link.getKey(), link.getValue())) {
        listener.line("the link " + link.getKey() + " leads out of the repository; it is left out");
        continue;
      }
      Files.createSymbolicLink(place, Path.of(link.getValue()));
    }
  }

  List<String> pointersBelow(@Nullable String folder) {
    var prefix = folder == null ? "" : folder.replaceAll("^[./]+", "").replaceAll("/+$", "");
    return pointers.stream().filter(path -> isBelow(path, prefix)).toList();
  }

  private static boolean startsWith(byte[] content, byte[] beginning) {
    return content.length >= beginning.length
        && java.util.Arrays.equals(content, 0, beginning.length, beginning, 0, beginning.length);
  }

  private static Problem tooLarge(String what) {
    return Problem.failed(
        "source_too_large",
        "The commit holds " + what + ".",
        "Take generated and unneeded files out of the repository.");
  }

  private static Problem refused(String path) {
    return Problem.failed(
        "path_refused",
        "The commit holds the path '"
            + path
            + "', which could reach outside its folder or cannot be written.",
        "Remove or rename it in the repository.");
  }
}
