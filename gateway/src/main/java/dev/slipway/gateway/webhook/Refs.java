package dev.slipway.gateway.webhook;

/** Names of branches and tags as senders write them. */
final class Refs {
  private static final String BRANCH = "refs/heads/";
  private static final String TAG = "refs/tags/";

  private Refs() {}

  static boolean isTag(String ref) {
    return ref.startsWith(TAG);
  }

  static boolean isBranch(String ref) {
    return ref.startsWith(BRANCH);
  }

  /** Without what says which of the two it is. */
  static String name(String ref) {
    return isBranch(ref)
        ? ref.substring(BRANCH.length())
        : isTag(ref) ? ref.substring(TAG.length()) : ref;
  }

  static News.Unrelated other(String event) {
    return new News.Unrelated("event", "Events of the kind '" + event + "' deploy nothing.");
  }
}
