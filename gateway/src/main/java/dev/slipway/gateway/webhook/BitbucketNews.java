package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Deliveries of Bitbucket, in the cloud and of one's own. One may tell of several branches and
 * tags; none tells which files changed.
 */
final class BitbucketNews {
  private BitbucketNews() {}

  static List<News> all(String event, JsonNode json) {
    return switch (event) {
      case "diagnostics:ping" -> List.of(new News.Ping());
      case "repo:push" -> cloud(json);
      case "repo:refs_changed" -> server(json);
      default -> List.of(Refs.other(event));
    };
  }

  private static List<News> cloud(JsonNode json) {
    String pusher =
        Tree.first(json, "unknown", "/actor/nickname", "/actor/username", "/actor/display_name");
    List<News> pushes = new ArrayList<>();
    for (JsonNode change : json.at("/push/changes")) {
      boolean deleted = !change.path("new").isObject();
      JsonNode ref = change.path(deleted ? "old" : "new");
      String type = Tree.text(ref, "/type", "");
      boolean tag = type.equals("tag") || type.equals("annotated_tag");
      String name = Tree.text(ref, "/name");
      if (name != null) {
        News.Head head =
            new News.Head(
                Tree.commit(ref, "/target/hash"),
                Tree.text(ref, "/target/message"),
                Tree.time(ref, "/target/date"));
        pushes.add(new News.Push(tag, name, deleted, null, head, pusher, null));
      }
    }
    return pushes;
  }

  private static List<News> server(JsonNode json) {
    String pusher = Tree.first(json, "unknown", "/actor/name", "/actor/displayName");
    List<News> pushes = new ArrayList<>();
    for (JsonNode change : json.path("changes")) {
      String name = Tree.text(change, "/ref/displayId");
      if (name != null) {
        pushes.add(
            new News.Push(
                Tree.text(change, "/ref/type", "").equals("TAG"),
                name,
                Tree.text(change, "/type", "").equals("DELETE"),
                null,
                new News.Head(Tree.commit(change, "/toHash"), null, null),
                pusher,
                null));
      }
    }
    return pushes;
  }
}
