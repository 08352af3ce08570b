package dev.slipway.gateway.webhook;

/** The parts of an image's name that a notification can be compared by. */
final class ImageName {
  private static final String USUAL_TAG = "latest";

  private ImageName() {}

  /** Whether a name is bound to one content and so never changes. */
  static boolean isPinned(String image) {
    return image.indexOf('@') >= 0;
  }

  /** The repository's path without host, tag and Docker Hub's own folder. */
  static String repository(String image) {
    String bare = withoutDigest(image);
    int colon = tagColon(bare);
    String path = colon < 0 ? bare : bare.substring(0, colon);
    int slash = path.indexOf('/');
    if (slash > 0 && isHost(path.substring(0, slash))) {
      path = path.substring(slash + 1);
    }
    return path.startsWith("library/") ? path.substring("library/".length()) : path;
  }

  static String tag(String image) {
    String bare = withoutDigest(image);
    int colon = tagColon(bare);
    return colon < 0 ? USUAL_TAG : bare.substring(colon + 1);
  }

  private static String withoutDigest(String image) {
    int at = image.indexOf('@');
    return at < 0 ? image : image.substring(0, at);
  }

  /** A colon before the last slash belongs to the host's port. */
  private static int tagColon(String name) {
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? colon : -1;
  }

  private static boolean isHost(String first) {
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
  }
}
