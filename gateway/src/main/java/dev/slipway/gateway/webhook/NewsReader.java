package dev.slipway.gateway.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.platform.bus.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a body, once it is known to be its sender's. */
final class NewsReader {
  private static final String FORM = "payload=";

  private NewsReader() {}

  /** What a delivery tells; a body that cannot be read is unrelated, not a failure. */
  static List<News> read(Provider provider, String event, Buffer body) {
    if (body.length() == 0 && provider == Provider.PLAIN) {
      return List.of(PlainNews.read(MissingNode.getInstance()));
    }
    JsonNode json = json(body);
    if (!json.isObject()) {
      return List.of(new News.Unrelated("malformed", "The body is no JSON object."));
    }
    return switch (provider) {
      case GITHUB, GITEA -> List.of(GitHubNews.read(event, json));
      case GITLAB -> List.of(GitLabNews.read(event, json));
      case BITBUCKET -> BitbucketNews.all(event, json);
      case REGISTRY -> RegistryNews.all(json);
      case PLAIN ->
          json.has("push_data") || json.has("events")
              ? RegistryNews.all(json)
              : List.of(PlainNews.read(json));
    };
  }

  private static JsonNode json(Buffer body) {
    try {
      JsonNode read = Json.mapper().readTree(unwrapped(body));
      return read == null ? MissingNode.getInstance() : read;
    } catch (IOException | IllegalArgumentException e) {
      return MissingNode.getInstance(); // told by the caller
    }
  }

  /** GitHub and Gitea can be set to send their JSON as the field of a form. */
  private static byte[] unwrapped(Buffer body) {
    boolean form =
        body.length() > FORM.length() && body.getString(0, FORM.length(), "US-ASCII").equals(FORM);
    if (!form) {
      return body.getBytes();
    }
    String fields = body.toString(StandardCharsets.US_ASCII).substring(FORM.length());
    int end = fields.indexOf('&');
    return URLDecoder.decode(end < 0 ? fields : fields.substring(0, end), StandardCharsets.UTF_8)
        .getBytes(StandardCharsets.UTF_8);
  }
}
