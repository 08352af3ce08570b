package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Notifications of a Docker registry and of Docker Hub. One may tell of several images. */
final class RegistryNews {
  private RegistryNews() {}

  static List<News> all(JsonNode json) {
    List<News> pushes = new ArrayList<>();
    String hub = Tree.text(json, "/repository/repo_name");
    if (hub != null) {
      pushes.add(
          new News.ImagePush(
              hub,
              Tree.text(json, "/push_data/tag"),
              Tree.text(json, "/push_data/pusher", "unknown")));
    }
    for (JsonNode event : json.path("events")) {
      String repository = Tree.text(event, "/target/repository");
      if (repository != null && Tree.text(event, "/action", "").equals("push")) {
        pushes.add(
            new News.ImagePush(
                host(event) + repository,
                Tree.text(event, "/target/tag"),
                Tree.text(event, "/actor/name", "unknown")));
      }
    }
    return pushes.isEmpty() ? List.of(Refs.other("registry")) : pushes;
  }

  private static String host(JsonNode event) {
    String host = Tree.text(event, "/request/host");
    return host == null ? "" : host + "/";
  }
}
