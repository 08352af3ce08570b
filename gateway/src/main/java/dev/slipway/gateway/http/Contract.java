package dev.slipway.gateway.http;

import dev.slipway.gateway.auth.By;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.auth.Subject;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The contract, {@code openapi.yaml}, as the gateway obeys it: routes, scopes and checks are read
 * from it, so that what is written there is what happens. (vertx-openapi 5.0.10 refuses contracts
 * with {@code application/problem+json} or {@code text/event-stream} and cannot name an unknown
 * field; the tests use it to judge the contract and every response.)
 */
public final class Contract {
  /** Most bytes of a body where the contract says nothing else. */
  public static final int BODY_LIMIT = 1024 * 1024;

  private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

  private final JsonObject document;
  private final Map<String, Operation> operations = new LinkedHashMap<>();
  private final SchemaCheck schemas;

  private Contract(JsonObject document) {
    this.document = document;
    this.schemas = new SchemaCheck(components("schemas"));
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : METHODS) {
        JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
        if (operation != null) {
          Operation read = operation(path, method, paths.getJsonObject(path), operation);
          operations.put(read.id(), read);
        }
      }
    }
  }

  /** The contract; read once, which blocks for some tenths of a second on a cold JVM. */
  public static Contract load() {
    return Once.CONTRACT;
  }

  /**
   * Begins to read it on a thread of its own: a process that waits for other things may as well.
   */
  public static void preload() {
    Thread.ofPlatform().daemon().name("contract").start(Contract::load);
  }

  private static final class Once {
    static final Contract CONTRACT = read();
  }

  private static Contract read() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(500);
    try (InputStream yaml = Contract.class.getResourceAsStream("/openapi.yaml")) {
      Map<String, Object> tree = new Yaml(new SafeConstructor(options)).load(yaml);
      tree.keySet().removeIf(key -> key.startsWith("x-"));
      // Through text: anchors make one object appear in many places, and nothing may be shared.
      return new Contract(new JsonObject(new JsonObject(tree).toBuffer()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Operation> operations() {
    return List.copyOf(operations.values());
  }

  /** The operation of that id, which must be in the contract. */
  public Operation operation(String id) {
    Operation operation = operations.get(id);
    if (operation == null) {
      throw new IllegalArgumentException("The contract has no operation " + id);
    }
    return operation;
  }

  public SchemaCheck schemas() {
    return schemas;
  }

  /** The whole document, as it is served. */
  public Buffer json() {
    return document.toBuffer();
  }

  JsonObject document() {
    return document;
  }

  private Operation operation(String path, String method, JsonObject shared, JsonObject operation) {
    List<Operation.Parameter> parameters = new ArrayList<>();
    addParameters(shared.getJsonArray("parameters"), parameters);
    addParameters(operation.getJsonArray("parameters"), parameters);
    JsonArray security = operation.getJsonArray("security");
    boolean raw = operation.getBoolean("x-raw", false);
    boolean open = security != null && security.isEmpty();
    return new Operation(
        operation.getString("operationId"),
        HttpMethod.valueOf(method.toUpperCase(java.util.Locale.ROOT)),
        path,
        open ? null : Scope.of(operation.getString("x-scope")),
        subject(operation),
        By.of(operation.getString("x-by", "anyone")),
        operation.getBoolean("x-browser", false),
        operation.getInteger("x-body-limit", BODY_LIMIT),
        raw,
        List.copyOf(parameters),
        raw ? null : body(operation, operation.getJsonObject("requestBody")));
  }

  private static Subject subject(JsonObject operation) {
    String subject = operation.getString("x-subject");
    if (subject == null) {
      throw new IllegalStateException(
          operation.getString("operationId") + " does not tell its x-subject");
    }
    return Subject.of(subject);
  }

  private void addParameters(@Nullable JsonArray declared, List<Operation.Parameter> parameters) {
    if (declared == null) {
      return;
    }
    for (Object each : declared) {
      JsonObject parameter = parameter((JsonObject) each);
      parameters.add(
          new Operation.Parameter(
              parameter.getString("name"),
              parameter.getString("in"),
              parameter.getBoolean("required", false),
              schemas.resolved(parameter.getJsonObject("schema"))));
    }
  }

  private JsonObject parameter(JsonObject declared) {
    String reference = declared.getString("$ref");
    return reference == null
        ? declared
        : components("parameters")
            .getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
  }

  private static Operation.@Nullable Body body(
      JsonObject operation, @Nullable JsonObject declared) {
    if (declared == null) {
      return null;
    }
    JsonObject content = declared.getJsonObject("content");
    String mediaType = content.fieldNames().iterator().next();
    return new Operation.Body(
        mediaType,
        operation.getJsonArray("x-also-takes", new JsonArray()).stream()
            .map(String.class::cast)
            .toList(),
        declared.getBoolean("required", false),
        operation.getBoolean("x-streamed", false),
        content.getJsonObject(mediaType).getJsonObject("schema"));
  }

  private JsonObject components(String kind) {
    return document.getJsonObject("components").getJsonObject(kind);
  }
}
