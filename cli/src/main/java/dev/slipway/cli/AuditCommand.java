package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The audit log: reading it, giving it away, verifying it. */
@Command(
    name = "audit",
    description = "Shows, exports and verifies who did what.",
    mixinStandardHelpOptions = true)
final class AuditCommand {
  private static final String EXPORT = "/api/audit/export";

  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists who did what, newest first.", mixinStandardHelpOptions = true)
  int list(
      @Option(names = "--actor", paramLabel = "NAME") @Nullable String actor,
      @Option(names = "--action", paramLabel = "ACTION", description = "Such as key.create.")
          @Nullable String action,
      @Option(names = "--subject", paramLabel = "ID") @Nullable String subject,
      @Option(names = "--since", paramLabel = "TIME", description = "Such as 2h or 2026-11-14.")
          @Nullable String since,
      @Option(names = "--limit", paramLabel = "N", defaultValue = "50") int limit) {
    StringBuilder path = new StringBuilder("/api/audit?limit=").append(Math.clamp(limit, 1, 200));
    append(path, "actor", actor);
    append(path, "action", action);
    append(path, "subject", subject);
    append(path, "since", since == null ? null : Since.parse(since, Instant.now()).toString());
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : session().api().get(path.toString()).path("items")) {
      rows.add(
          List.of(
              Session.text(row, "at"),
              Session.text(row, "actor"),
              Session.text(row, "address"),
              Session.text(row, "action"),
              Session.text(row, "subject"),
              changed(row)));
    }
    session().table(List.of("AT", "WHO", "FROM", "ACTION", "OF", "CHANGE"), rows);
    return 0;
  }

  @Command(
      description = "Writes the whole log with its chain, to be verified elsewhere.",
      mixinStandardHelpOptions = true)
  int export(@Parameters(paramLabel = "FILE") Path file) {
    try (Stream<String> lines = session().api().lines(EXPORT)) {
      Files.write(file, (Iterable<String>) lines::iterator, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliFailure.refused("The file " + file + " cannot be written; choose another.");
    }
    session().print("Written to " + file + "; ./slipway audit verify " + file + " verifies it.");
    return 0;
  }

  @Command(
      description = "Prints the public key of the log; keep it where the platform cannot reach it.",
      mixinStandardHelpOptions = true)
  int key() {
    session().print(session().api().get("/api/audit/key").path("publicKey").asText().strip());
    return 0;
  }

  @Command(
      description =
          "Verifies the platform's log, or an exported one without the platform; says which row was"
              + " edited, removed or moved, and whether the tail is cut.",
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(paramLabel = "FILE", arity = "0..1") @Nullable Path file,
      @Option(
              names = "--public-key",
              paramLabel = "FILE",
              description = "The key to verify with; otherwise the one that the log names.")
          @Nullable Path key) {
    AuditCheck check = new AuditCheck(key == null ? null : read(key));
    try (Stream<String> lines = file == null ? session().api().lines(EXPORT) : lines(file)) {
      lines.forEach(check::line);
    } catch (java.io.UncheckedIOException e) {
      throw CliFailure.refused("The log could not be read to its end; try again.");
    }
    boolean whole = check.tell(session()::print);
    return whole ? 0 : CliFailure.REFUSED;
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.lines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliFailure.refused("The file " + file + " cannot be read.");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CliFailure.refused("The key " + file + " cannot be read.");
    }
  }

  private static String changed(JsonNode row) {
    List<String> fields = new ArrayList<>();
    row.path("after").fieldNames().forEachRemaining(fields::add);
    if (row.path("before").isNull()) {
      return row.path("after").isNull() ? "-" : "new";
    }
    return row.path("after").isNull() ? "gone" : fields.isEmpty() ? "-" : String.join(",", fields);
  }

  private static void append(StringBuilder path, String name, @Nullable String value) {
    if (value != null) {
      path.append('&').append(name).append('=').append(Api.encoded(value));
    }
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
