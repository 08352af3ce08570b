package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deliveries of GitHub, and of Gitea and Forgejo, which tell the same in the same fields. */
final class GitHubNews {
  /** Commits that GitHub lists at most. */
  private static final int MOST_COMMITS = 2048;

  private GitHubNews() {}

  static News read(String event, JsonNode json) {
    if (event.equals("ping")) {
      return new News.Ping();
    }
    String ref = Tree.text(json, "/ref", "");
    if (!event.equals("push") || !(Refs.isBranch(ref) || Refs.isTag(ref))) {
      return Refs.other(event);
    }
    boolean deleted =
        json.path("deleted").asBoolean() || Tree.text(json, "/after", "x").matches("0+");
    return new News.Push(
        Refs.isTag(ref),
        Refs.name(ref),
        deleted,
        Tree.text(json, "/repository/default_branch"),
        head(json),
        Tree.first(json, "unknown", "/pusher/login", "/pusher/name", "/sender/login"),
        changed(json));
  }

  /** The head commit is the tagged one, where {@code after} may name the tag's own object. */
  private static News.Head head(JsonNode json) {
    String commit = Tree.commit(json, "/head_commit/id");
    return new News.Head(
        commit != null ? commit : Tree.commit(json, "/after"),
        Tree.text(json, "/head_commit/message"),
        Tree.time(json, "/head_commit/timestamp"));
  }

  /** A new or rewritten branch is not told in full by its new commits. */
  private static @Nullable Set<String> changed(JsonNode json) {
    JsonNode commits = json.path("commits");
    boolean whole =
        commits.isArray()
            && !commits.isEmpty()
            && commits.size() < MOST_COMMITS
            && json.path("total_commits").asInt(commits.size()) <= commits.size()
            && !json.path("forced").asBoolean()
            && Tree.commit(json, "/before") != null;
    return whole ? files(commits) : null;
  }

  /** The files of all commits; null when one does not list them. */
  static @Nullable Set<String> files(JsonNode commits) {
    Set<String> files = new HashSet<>();
    for (JsonNode commit : commits) {
      boolean listed =
          Tree.addAll(commit.path("added"), files)
              & Tree.addAll(commit.path("modified"), files)
              & Tree.addAll(commit.path("removed"), files);
      if (!listed) {
        return null;
      }
    }
    return files;
  }
}
