package dev.slipway.gateway.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What a delivery means for an application.
 *
 * @param news what it was judged by
 * @param reason why nothing is deployed, for programs; null: deploy
 * @param detail the same in a sentence
 * @param commit what to deploy: a commit or tag; null: the branch's head, whatever it is by then
 */
record Verdict(
    News news, @Nullable String reason, @Nullable String detail, @Nullable String commit) {

  static Verdict deploy(News news, @Nullable String commit) {
    return new Verdict(news, null, null, commit);
  }

  static Verdict ignore(News news, String reason, String detail) {
    return new Verdict(news, reason, detail, null);
  }

  boolean deploys() {
    return reason == null;
  }
}
