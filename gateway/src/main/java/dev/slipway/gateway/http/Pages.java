package dev.slipway.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The contract as a page to read. Without scripts, so that nothing can be injected. */
public final class Pages {
  private static final String RULES =
      """
      :root{color-scheme:light dark;--line:#8884;--soft:#8881}
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
      code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.6rem;overflow:auto;border-radius:6px}
      details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;padding:.3rem .7rem}
      summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem}
      table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:.2rem .5rem .2rem 0;vertical-align:top}
      small{opacity:.7}
      """;
  private static final String STYLE =
      """
      <meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <style>\
      """
          + RULES
          + "</style>\n";

  /** What a content security policy allows our style by. */
  static final String STYLE_HASH = "sha256-" + hash(RULES);

  private final Contract contract;

  public Pages(Contract contract) {
    this.contract = contract;
  }

  /** The contract as a page. */
  public Buffer docs() {
    JsonObject document = contract.document();
    StringBuilder page =
        new StringBuilder("<!doctype html><html lang=\"en\"><title>Slipway API</title>");
    page.append(STYLE).append("<h1>Slipway API ").append(text(document, "info", "version"));
    page.append("</h1><pre>").append(text(document, "info", "description")).append("</pre>");
    page.append("<p><a href=\"/api/openapi.json\">As OpenAPI 3.1</a></p>");
    for (Object each : document.getJsonArray("tags")) {
      JsonObject tag = (JsonObject) each;
      page.append("<h2>").append(escaped(tag.getString("name"))).append("</h2><p>");
      page.append(escaped(tag.getString("description"))).append("</p>");
      appendOperations(page, document.getJsonObject("paths"), tag.getString("name"));
    }
    page.append("<h2>schemas</h2>");
    JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
    for (String name : schemas.fieldNames()) {
      page.append("<details id=\"")
          .append(escaped(name))
          .append("\"><summary>")
          .append(escaped(name));
      page.append("</summary>");
      appendJson(page, schemas.getJsonObject(name));
      page.append("</details>");
    }
    return Buffer.buffer(page.append("</html>\n").toString());
  }

  private void appendOperations(StringBuilder page, JsonObject paths, String tag) {
    for (Operation operation : contract.operations()) {
      JsonObject described =
          paths
              .getJsonObject(operation.path())
              .getJsonObject(operation.method().name().toLowerCase(java.util.Locale.ROOT));
      if (described.getJsonArray("tags").contains(tag)) {
        appendOperation(page, operation, described);
      }
    }
  }

  private static void appendOperation(
      StringBuilder page, Operation operation, JsonObject described) {
    page.append("<details><summary><b>").append(operation.method().name()).append("</b> <code>");
    page.append(escaped(operation.path())).append("</code> — ");
    page.append(escaped(described.getString("summary"))).append("</summary>");
    var scope = operation.scope();
    page.append("<p><small>");
    page.append(scope == null ? "no key needed" : "scope " + scope.wire()).append("</small></p>");
    if (described.containsKey("description")) {
      page.append("<p>").append(escaped(described.getString("description"))).append("</p>");
    }
    appendParameters(page, operation);
    JsonObject body = described.getJsonObject("requestBody");
    if (body != null) {
      page.append("<p>Body</p>");
      appendJson(page, body.getJsonObject("content"));
    }
    page.append("<p>Answers</p>");
    appendJson(page, described.getJsonObject("responses"));
    page.append("</details>");
  }

  private static void appendParameters(StringBuilder page, Operation operation) {
    if (operation.parameters().isEmpty()) {
      return;
    }
    page.append("<table>");
    for (Operation.Parameter parameter : operation.parameters()) {
      page.append("<tr><td><code>").append(escaped(parameter.name())).append("</code><td>");
      page.append(parameter.in()).append("<td><code>");
      page.append(escaped(parameter.schema().encode())).append("</code>");
    }
    page.append("</table>");
  }

  private static void appendJson(StringBuilder page, JsonObject json) {
    page.append("<pre>").append(escaped(json.encodePrettily())).append("</pre>");
  }

  private static String text(JsonObject document, String object, String field) {
    return escaped(document.getJsonObject(object).getString(field));
  }

  private static String hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder().encodeToString(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
