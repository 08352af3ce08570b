package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.auth.By;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Operation;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every operation with hostile paths, queries, headers and bodies, drawn from the contract and a
 * seed ({@code -Dslipway.seed=N}): whatever comes, it is told what is wrong with it and it is never
 * our fault.
 */
class ApiFuzzTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final int EACH = 40;
  private static final long SEED = Long.getLong("slipway.seed", new Random().nextInt(1, 1_000_000));

  private final Random random = new Random(SEED);
  private final HostileJson bodies = new HostileJson(random, Contract.load().schemas());
  private final People people = new People(GATEWAY);
  private final String owner = people.somebody(Role.OWNER, null);
  private final String project = people.project("fuzzed");
  private final String application = people.application("fuzzed", project);
  private final String database = people.database("fuzzed-db", project);
  private final BackupThings backups = new BackupThings(GATEWAY, project);

  @Test
  void nothingThatIsSentIsEverOurFault() {
    System.out.println("slipway.seed=" + SEED);
    Map<Integer, Integer> seen = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    for (Operation operation : Contract.load().operations()) {
      for (int i = 0; i < EACH; i++) {
        Client client = operation.by() == By.SESSION ? people.session(owner) : GATEWAY.admin();
        String path = path(operation);
        @Nullable Object body = body(operation);
        Answer answer = client.send(operation.method().name(), path, body, headers(operation));
        seen.merge(answer.status(), 1, Integer::sum);
        if (answer.status() == 500) {
          faults.add(operation.id() + " " + path + " " + body + ": " + answer.text());
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "PROMISE T24: seed %d: %d operations, %d hostile requests each: answers %s, %d of them 500%n",
        SEED,
        Contract.load().operations().size(),
        EACH,
        seen,
        faults.size());
    assertThat(faults).isEmpty();
  }

  private String path(Operation operation) {
    String id =
        random.nextInt(3) == 0 && !operation.method().name().equals("DELETE")
            ? known(operation)
            : encoded(bodies.text());
    StringBuilder path =
        new StringBuilder(
            operation
                .path()
                .replace("{id}", id.isEmpty() ? "%20" : id)
                .replaceAll("\\{[a-z]+}", segment()));
    String separator = "?";
    for (Operation.Parameter parameter : operation.parameters()) {
      // A wait that is granted would be waited for.
      if (parameter.in().equals("query")
          && !parameter.name().equals("wait")
          && random.nextInt(3) == 0) {
        path.append(separator).append(parameter.name()).append('=');
        path.append(encoded(String.valueOf(bodies.value(parameter.schema(), 0))));
        separator = "&";
      }
    }
    if (random.nextInt(10) == 0) {
      path.append(separator).append(encoded(bodies.text())).append("=%FF%00");
    }
    return path.length() > 7_000
        ? path.substring(0, 7_000).replaceAll("%.?$", "")
        : path.toString();
  }

  private String segment() {
    String text = encoded(bodies.text());
    return Matcher.quoteReplacement(text.isEmpty() ? "%20" : text);
  }

  private String known(Operation operation) {
    return switch (operation.subject()) {
      case PROJECT -> project;
      case APPLICATION -> application;
      case DATABASE -> database;
      case BACKUP -> backups.backup();
      case SCHEDULE -> backups.schedule();
      case RESTORE -> backups.restore();
      default -> owner;
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String[] headers(Operation operation) {
    List<String> headers = new ArrayList<>();
    for (Operation.Parameter parameter : operation.parameters()) {
      if (parameter.in().equals("header") && random.nextBoolean()) {
        String value = String.valueOf(bodies.value(parameter.schema(), 0));
        String printable = value.replaceAll("[^\\x20-\\x7e]", "~").strip();
        headers.add(parameter.name());
        headers.add(printable.length() > 4_000 ? printable.substring(0, 4_000) : printable);
      }
    }
    if (operation.body() != null && !operation.body().mediaType().equals("application/json")) {
      headers.addAll(List.of("Content-Type", operation.body().mediaType()));
    }
    return headers.toArray(String[]::new);
  }

  private @Nullable Object body(Operation operation) {
    Operation.Body wanted = operation.body();
    if (wanted == null) {
      return random.nextInt(4) == 0 ? bodies.garbage() : null;
    }
    if (random.nextInt(4) == 0) {
      return bodies.garbage();
    }
    return wanted.mediaType().equals("application/json")
        ? JsonObject.of("value", bodies.value(wanted.schema(), 0))
            .encode()
            .replaceFirst("^\\{\"value\":(.*)}$", "$1")
        : bodies.text();
  }
}
