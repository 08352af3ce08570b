package dev.slipway.gateway.webhook;

import java.util.Collection;
import java.util.List;

/**
 * Patterns of paths: {@code *} and {@code ?} within a folder, {@code **} across folders, a folder
 * with a slash at its end for all in it, {@code !} before what is left out again; the last pattern
 * that fits decides. The time it takes is bounded by pattern times path, whatever they are.
 */
final class Globs {
  private Globs() {}

  static boolean anyFits(List<String> patterns, Collection<String> paths) {
    return paths.stream().anyMatch(path -> fits(patterns, path));
  }

  static boolean fits(List<String> patterns, String path) {
    // With nothing but exceptions, all else is meant.
    boolean fits = patterns.stream().allMatch(pattern -> pattern.startsWith("!"));
    for (String pattern : patterns) {
      boolean without = pattern.startsWith("!");
      if (matches(without ? pattern.substring(1) : pattern, path)) {
        fits = !without;
      }
    }
    return fits;
  }

  private static boolean matches(String written, String path) {
    String pattern = written.startsWith("/") ? written.substring(1) : written;
    return walk((pattern.endsWith("/") ? pattern + "**" : pattern).split("/"), path.split("/"));
  }

  /** {@code reached[j]}: the folders so far may stand for the first j of the path. */
  private static boolean walk(String[] pattern, String[] path) {
    boolean[] reached = new boolean[path.length + 1];
    reached[0] = true;
    for (String folder : pattern) {
      boolean[] next = new boolean[path.length + 1];
      if (folder.equals("**")) {
        boolean before = false;
        for (int j = 0; j <= path.length; j++) {
          before |= reached[j];
          next[j] = before;
        }
      } else {
        for (int j = 0; j < path.length; j++) {
          next[j + 1] = reached[j] && matchesName(folder, path[j]);
        }
      }
      reached = next;
    }
    return reached[path.length];
  }

  /** One star is gone back to at a time: the one that was met last. */
  private static boolean matchesName(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int retry = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
