package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.http.Contract;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges answers by the contract, with a JSON Schema validator that is not ours. */
final class Witness {
  private static final JsonObject CONTRACT = new JsonObject(Contract.load().json());
  private static final JsonObject DEFINITIONS =
      rewritten(CONTRACT.getJsonObject("components").getJsonObject("schemas"));
  private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();

  private Witness() {}

  static void require(String method, String path, Client.Answer answer) {
    String template = template(path.split("\\?", 2)[0]);
    JsonObject operation = template == null ? null : operation(template, method);
    if (operation == null) {
      assertThat(answer.status()).as("no such operation: %s %s", method, path).isBetween(400, 499);
      requireProblem(answer);
      return;
    }
    JsonObject response =
        operation.getJsonObject("responses").getJsonObject(String.valueOf(answer.status()));
    assertThat(response)
        .as(
            "%s %s answers %s, which the contract does not know: %s",
            method, path, answer.status(), answer.text())
        .isNotNull();
    JsonObject content = resolved(response).getJsonObject("content");
    if (content == null) {
      assertThat(answer.text()).as("body of %s %s", method, path).isEmpty();
      return;
    }
    String type = answer.header("Content-Type").split(";")[0].strip();
    assertThat(content.fieldNames()).as("%s %s", method, path).contains(type);
    if (type.endsWith("json") && !type.endsWith("ndjson")) {
      requireShape(
          method + " " + template + " " + answer.status(), content.getJsonObject(type), answer);
    }
  }

  private static void requireProblem(Client.Answer answer) {
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    requireShape(
        "problem",
        new JsonObject()
            .put("schema", new JsonObject().put("$ref", "#/components/schemas/Problem")),
        answer);
  }

  private static void requireShape(String name, JsonObject mediaType, Client.Answer answer) {
    Validator validator =
        VALIDATORS.computeIfAbsent(
            name,
            made ->
                Validator.create(
                    JsonSchema.of(
                        rewritten(mediaType.getJsonObject("schema")).put("$defs", DEFINITIONS)),
                    new JsonSchemaOptions()
                        .setDraft(Draft.DRAFT202012)
                        .setBaseUri("https://slipway.example")
                        .setOutputFormat(OutputFormat.Basic)));
    OutputUnit judged = validator.validate(new JsonObject(answer.text()));
    assertThat(judged.getValid()).as("%s: %s in %s", name, judged.toJson(), answer.text()).isTrue();
  }

  private static @Nullable String template(String path) {
    String best = null;
    for (String template : CONTRACT.getJsonObject("paths").fieldNames()) {
      String pattern = Pattern.quote(template).replaceAll("\\{[a-z]+\\}", "\\\\E[^/]+\\\\Q");
      if (path.matches(pattern) && (best == null || !template.contains("{"))) {
        best = template;
      }
    }
    return best;
  }

  private static @Nullable JsonObject operation(String template, String method) {
    return CONTRACT
        .getJsonObject("paths")
        .getJsonObject(template)
        .getJsonObject(method.toLowerCase(java.util.Locale.ROOT));
  }

  private static JsonObject resolved(JsonObject response) {
    String reference = response.getString("$ref");
    return reference == null
        ? response
        : CONTRACT
            .getJsonObject("components")
            .getJsonObject("responses")
            .getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
  }

  private static JsonObject rewritten(JsonObject schema) {
    return new JsonObject(schema.encode().replace("#/components/schemas/", "#/$defs/"));
  }
}
