package dev.slipway.gateway.http;

import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what answers a path, segment by segment: a literal segment wins over a parameter, and a
 * known path with another method is told apart from an unknown one.
 */
final class PathTree {
  private final Node root = new Node();

  /** What was found. */
  sealed interface Match permits Found, OtherMethods, Unknown {}

  /** It is answered, with these path parameters. */
  record Found(Operation operation, Endpoint endpoint, Map<String, String> parameters)
      implements Match {}

  /** The path is known, with these methods: for the header {@code Allow}. */
  record OtherMethods(String allowed) implements Match {}

  /** Nothing is there. */
  record Unknown() implements Match {}

  void add(Operation operation, Endpoint endpoint) {
    Node node = root;
    for (String segment : segments(operation.path())) {
      boolean named = segment.startsWith("{");
      node = node.children.computeIfAbsent(named ? "{}" : segment, made -> new Node());
      if (named) {
        node.parameter = segment.substring(1, segment.length() - 1);
      }
    }
    node.answers.put(operation.method().name(), new Answer(operation, endpoint));
  }

  /**
   * @param path decoded segments, without query; one slash at the end is ignored
   */
  Match match(HttpMethod method, String path) {
    Map<String, String> parameters = new HashMap<>();
    Node node = root;
    for (String segment : segments(path)) {
      Node next = node.children.get(segment);
      if (next == null && !segment.isEmpty()) {
        next = node.children.get("{}");
        if (next != null && next.parameter != null) {
          parameters.put(next.parameter, segment);
        }
      }
      if (next == null) {
        return new Unknown();
      }
      node = next;
    }
    Answer answer =
        node.answers.get(method == HttpMethod.HEAD ? HttpMethod.GET.name() : method.name());
    if (answer != null) {
      return new Found(answer.operation(), answer.endpoint(), parameters);
    }
    return node.answers.isEmpty()
        ? new Unknown()
        : new OtherMethods(String.join(", ", node.answers.keySet()));
  }

  private static String[] segments(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return trimmed.substring(Math.min(1, trimmed.length())).split("/", -1);
  }

  private record Answer(Operation operation, Endpoint endpoint) {}

  private static final class Node {
    final Map<String, Node> children = new LinkedHashMap<>();
    final Map<String, Answer> answers = new TreeMap<>();
    @Nullable String parameter;
  }
}
