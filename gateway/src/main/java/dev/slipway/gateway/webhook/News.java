package dev.slipway.gateway.webhook;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a delivery tells, whoever sent it. */
sealed interface News {
  /** The sender tries whether we answer. */
  record Ping() implements News {}

  /** Nothing that could ask for a deployment; the reason is a code, the detail a sentence. */
  record Unrelated(String reason, String detail) implements News {}

  /**
   * A branch or a tag was pushed.
   *
   * @param name of the branch or tag
   * @param defaultBranch of the repository; null: not told
   * @param changed the files that differ; null: not told, or not all of them
   */
  record Push(
      boolean tag,
      String name,
      boolean deleted,
      @Nullable String defaultBranch,
      Head head,
      String pusher,
      @Nullable Set<String> changed)
      implements News {}

  /** The commit that a push leads to, as far as it is told. */
  record Head(@Nullable String commit, @Nullable String message, @Nullable Instant committedAt) {
    static final Head UNKNOWN = new Head(null, null, null);
  }

  /**
   * An image was pushed.
   *
   * @param repository with or without the registry's host, as the sender names it
   * @param tag null: pushed by its digest alone
   */
  record ImagePush(String repository, @Nullable String tag, String pusher) implements News {}
}
