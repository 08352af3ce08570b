package dev.slipway.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final Contract CONTRACT = Contract.load();
  private static final Set<String> ANNOTATIONS =
      Set.of("description", "default", "example", "examples", "x-message");

  @Test
  void theContractIsOpenApi31() {
    // vertx-openapi knows few media types; the ones it does not know say the same under a name that
    // it knows.
    String known =
        CONTRACT
            .json()
            .toString()
            .replace("application/problem+json", "application/vnd.problem+json")
            .replace("text/event-stream", "application/octet-stream")
            .replace("application/x-ndjson", "application/octet-stream")
            .replace("text/html", "application/octet-stream");
    Vertx vertx = Vertx.vertx();
    try {
      OpenAPIContract judged = OpenAPIContract.from(vertx, new JsonObject(known)).await();
      assertThat(judged.operations()).hasSameSizeAs(CONTRACT.operations());
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void everyOperationNeedsAScopeButHealthWebhooksAndTheWayIn() {
    assertThat(CONTRACT.operations().stream().filter(operation -> operation.scope() == null))
        .extracting(Operation::id)
        .containsExactlyInAnyOrder(
            "getHealth",
            "receiveWebhook",
            "receiveWebhookToDeploy",
            "getSetup",
            "createSession",
            "beginExternalSignIn",
            "endExternalSignIn",
            "acceptInvitation");
  }

  @Test
  void everyOperationTellsWhatMayGoWrong() {
    for (Operation operation : CONTRACT.operations()) {
      if (operation.scope() == null) {
        continue;
      }
      JsonObject responses =
          CONTRACT
              .document()
              .getJsonObject("paths")
              .getJsonObject(operation.path())
              .getJsonObject(operation.method().name().toLowerCase(java.util.Locale.ROOT))
              .getJsonObject("responses");
      assertThat(responses.fieldNames())
          .as(operation.id())
          .contains("400", "401", "403", "422", "500", "503");
    }
  }

  @Test
  void whatIsSentIsBoundedAndClosed() {
    List<String> unbounded = new ArrayList<>();
    for (Operation operation : CONTRACT.operations()) {
      for (Operation.Parameter parameter : operation.parameters()) {
        requireBounds(operation.id() + "." + parameter.name(), parameter.schema(), unbounded);
      }
      if (operation.body() != null) {
        requireBounds(operation.id(), operation.body().schema(), unbounded);
      }
    }
    assertThat(unbounded).isEmpty();
  }

  private static void requireBounds(String name, JsonObject reference, List<String> unbounded) {
    JsonObject schema = CONTRACT.schemas().resolved(reference);
    String types = String.valueOf(schema.getValue("type"));
    if (types.contains("string")
        && !schema.containsKey("maxLength")
        && !schema.containsKey("enum")
        && !String.valueOf(schema.getString("pattern")).contains("{7,40}")) {
      unbounded.add(name + ": text without maxLength");
    }
    if ((types.contains("integer") || types.contains("number")) && !schema.containsKey("maximum")) {
      unbounded.add(name + ": number without maximum");
    }
    if (types.contains("array")) {
      if (!schema.containsKey("maxItems")) {
        unbounded.add(name + ": list without maxItems");
      }
      requireBounds(name + "[]", schema.getJsonObject("items"), unbounded);
    }
    if (types.contains("object")) {
      if (!schema.containsKey("additionalProperties")) {
        unbounded.add(name + ": takes unknown fields");
      }
      JsonObject properties = schema.getJsonObject("properties", new JsonObject());
      properties
          .fieldNames()
          .forEach(field ->
              requireBounds(name + "." + field, properties.getJsonObject(field), unbounded));
    }
    for (Object alternative : schema.getJsonArray("oneOf", new JsonArray())) {
      requireBounds(name, (JsonObject) alternative, unbounded);
    }
  }

  @Test
  void itSaysNothingThatTheCheckDoesNotUnderstand() {
    Set<String> used = new HashSet<>();
    for (Operation operation : CONTRACT.operations()) {
      operation.parameters().forEach(parameter -> collect(parameter.schema(), used));
      if (operation.body() != null) {
        collect(operation.body().schema(), used);
      }
    }
    used.removeAll(SchemaCheck.KEYWORDS);
    used.removeAll(ANNOTATIONS);
    assertThat(used).isEmpty();
  }

  private static void collect(JsonObject reference, Set<String> used) {
    used.addAll(reference.fieldNames());
    JsonObject schema = CONTRACT.schemas().resolved(reference);
    used.addAll(schema.fieldNames());
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    properties.fieldNames().forEach(name -> collect(properties.getJsonObject(name), used));
    if (schema.getValue("additionalProperties") instanceof JsonObject others) {
      collect(others, used);
    }
    if (schema.getJsonObject("items") != null) {
      collect(schema.getJsonObject("items"), used);
    }
    for (Object alternative : schema.getJsonArray("oneOf", new JsonArray())) {
      collect((JsonObject) alternative, used);
    }
  }
}
