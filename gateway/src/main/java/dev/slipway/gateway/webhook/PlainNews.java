package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * What anybody can send: {@code {"branch": …}} or {@code {"ref": …}}, or {@code {"tag": …}}, or
 * {@code {"image": …}}; with {@code commit}, {@code message}, {@code pusher} and {@code changed} if
 * they are known. An empty object speaks of the application's own branch or image.
 */
final class PlainNews {
  private PlainNews() {}

  static News read(JsonNode json) {
    if (json.path("ping").asBoolean()) {
      return new News.Ping();
    }
    String pusher = Tree.first(json, "unknown", "/pusher", "/actor");
    String image = Tree.text(json, "/image");
    if (image != null) {
      return new News.ImagePush(ImageName.repository(image), ImageName.tag(image), pusher);
    }
    String tag = Tree.text(json, "/tag");
    String ref = Tree.first(json, "", "/ref", "/branch");
    Set<String> changed = new HashSet<>();
    boolean listed = Tree.addAll(json.path("changed"), changed);
    return new News.Push(
        tag != null || Refs.isTag(ref),
        Refs.name(tag != null ? tag : ref),
        json.path("deleted").asBoolean() || Tree.text(json, "/commit", "x").matches("0+"),
        null,
        new News.Head(
            Tree.commit(json, "/commit"),
            Tree.text(json, "/message"),
            Tree.time(json, "/committedAt")),
        pusher,
        listed ? changed : null);
  }
}
