package dev.slipway.builder.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One commit, pinned.
 *
 * @param sha the full id, 40 hexadecimal digits
 * @param message its first paragraph on one line, at most 500 characters
 * @param author the author's name
 * @param authoredAt when it was written
 * @param branch the branch or tag it was reached through; null when asked for by id
 */
public record Commit(
    String sha, String message, String author, Instant authoredAt, @Nullable String branch) {

  /** The first seven digits. */
  public String shortSha() {
    return sha.substring(0, 7);
  }
}
