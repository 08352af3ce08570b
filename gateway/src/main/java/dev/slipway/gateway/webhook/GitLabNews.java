package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deliveries of GitLab. */
final class GitLabNews {
  private GitLabNews() {}

  static News read(String event, JsonNode json) {
    String kind = Tree.text(json, "/object_kind", "");
    String ref = Tree.text(json, "/ref", "");
    boolean push = kind.equals("push") || kind.equals("tag_push");
    if (!push || !(Refs.isBranch(ref) || Refs.isTag(ref))) {
      return Refs.other(event);
    }
    return new News.Push(
        Refs.isTag(ref),
        Refs.name(ref),
        Tree.text(json, "/after", "x").matches("0+"),
        Tree.text(json, "/project/default_branch"),
        head(json),
        Tree.first(json, "unknown", "/user_username", "/user_name"),
        changed(json));
  }

  private static News.Head head(JsonNode json) {
    String checkedOut = Tree.commit(json, "/checkout_sha");
    String commit = checkedOut != null ? checkedOut : Tree.commit(json, "/after");
    for (JsonNode one : json.path("commits")) {
      if (one.path("id").asText().equals(commit)) {
        return new News.Head(commit, Tree.text(one, "/message"), Tree.time(one, "/timestamp"));
      }
    }
    return new News.Head(commit, null, null);
  }

  /** GitLab lists the first twenty commits, and nothing of what a rewritten branch lost. */
  private static @Nullable Set<String> changed(JsonNode json) {
    JsonNode commits = json.path("commits");
    boolean whole =
        commits.isArray()
            && !commits.isEmpty()
            && json.path("total_commits_count").asInt(Integer.MAX_VALUE) <= commits.size()
            && Tree.commit(json, "/before") != null;
    return whole ? GitHubNews.files(commits) : null;
  }
}
