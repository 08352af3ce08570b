package dev.slipway.platform.archive;

/** Symbolic links of a tree that came from elsewhere. */
public final class Links {
  /** The longest path or target, in characters. */
  public static final int LONGEST = 3000;

  private Links() {}

  /**
   * Whether a link stays inside its tree. A target may climb first and descend after, never climb
   * again: then each link resolves inside whatever other links it passes.
   *
   * @param path of the link, relative to the tree
   */
  public static boolean stayInside(String path, String target) {
    if (target.isEmpty()
        || target.startsWith("/")
        || target.length() > LONGEST
        || target.indexOf('\0') >= 0) {
      return false;
    }
    int depth = path.split("/").length - 1;
    boolean descending = false;
    for (var part : target.split("/")) {
      if (part.equals("..")) {
        if (descending || --depth < 0) {
          return false;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        descending = true;
      }
    }
    return true;
  }
}
