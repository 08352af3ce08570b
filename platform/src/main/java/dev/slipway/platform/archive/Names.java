package dev.slipway.platform.archive;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The paths of one archive: each relative, plain, and unlike every other in a way that any file
 * system sees.
 */
final class Names {
  private final ArchiveLimits limits;
  private final Map<String, Entry> seen = new HashMap<>();

  /** A path as it was written first, and whether it is a folder. */
  private record Entry(String path, boolean folder) {}

  Names(ArchiveLimits limits) {
    this.limits = limits;
  }

  /**
   * The path to write an entry to.
   *
   * @return empty for the folder that is unpacked into, and for what belongs to a repository's own
   *     {@code .git}: neither is written
   * @throws dev.slipway.contracts.problem.Problem when the path is refused
   */
  String admit(String written, boolean folder) {
    var parts = parts(written);
    if (parts.isEmpty() || parts.stream().anyMatch(part -> part.equalsIgnoreCase(".git"))) {
      return "";
    }
    var path = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      path.append(i == 0 ? "" : "/").append(parts.get(i));
      note(path.toString(), i < parts.size() - 1 || folder, i < parts.size() - 1);
    }
    return path.toString();
  }

  private void note(String path, boolean folder, boolean onTheWay) {
    var key =
        Normalizer.normalize(path, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .toUpperCase(Locale.ROOT);
    var before = seen.putIfAbsent(key, new Entry(path, folder));
    if (before == null) {
      if (seen.size() > limits.entries()) {
        throw Refusals.tooLarge("more than " + limits.entries() + " files and folders");
      }
      return;
    }
    boolean sameFolder = before.folder() && folder && before.path().equals(path);
    if (!sameFolder) {
      throw onTheWay && !before.folder()
          ? Refusals.path(path, "is a folder in one place and something else in another")
          : Refusals.twice(path, before.path());
    }
  }

  private List<String> parts(String written) {
    if (written.startsWith("/") || written.startsWith("\\") || written.matches("[A-Za-z]:.*")) {
      throw Refusals.path(written, "is absolute");
    }
    if (written.isEmpty() || written.length() > Links.LONGEST) {
      throw Refusals.path(written, "is empty or too long");
    }
    if (written.indexOf('\\') >= 0
        || written.chars().anyMatch(c -> Character.isISOControl(c) || c == 0xfffd)) {
      throw Refusals.path(written, "has a backslash, a control character or no valid encoding");
    }
    var parts = new ArrayList<String>();
    for (var part : written.split("/")) {
      if (part.equals("..")) {
        throw Refusals.path(written, "leads out of its folder");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > 255) {
        throw Refusals.path(written, "has a name longer than 255 bytes");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() > limits.depth()) {
      throw Refusals.path(written, "lies deeper than " + limits.depth() + " folders");
    }
    return parts;
  }
}
