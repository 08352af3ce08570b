package dev.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.audit.AuditEntry;
import dev.slipway.contracts.audit.AuditFinding;
import dev.slipway.contracts.audit.AuditKey;
import dev.slipway.contracts.audit.AuditVerifier;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.contracts.audit.Checkpoint;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads an exported audit log line by line and tells what a verifier says of it. */
final class AuditCheck {
  private final @Nullable String givenKey;
  private @Nullable AuditVerifier verifier;
  private String keyId = "";
  private long waiting;

  /**
   * A check.
   *
   * @param givenKey PEM; null: the key that the log itself names
   */
  AuditCheck(@Nullable String givenKey) {
    this.givenKey = givenKey;
  }

  void line(String line) {
    try {
      JsonNode tree = Api.JSON.readTree(line);
      switch (tree.path("type").asText()) {
        case "audit" -> begin(tree);
        case "row" -> begun().row(row(tree));
        case "checkpoint" -> begun().checkpoint(checkpoint(tree));
        default -> throw unreadable();
      }
    } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
      throw unreadable();
    }
  }

  /** Says what was found; true when the log is whole. */
  boolean tell(Consumer<String> out) {
    AuditVerifier read = begun();
    List<AuditFinding> findings = read.finish();
    findings.forEach(found -> out.accept(found.kind() + ": " + found.text()));
    if (read.dropped() > 0) {
      out.accept("… and " + read.dropped() + " more");
    }
    var end = read.end();
    if (end.isEmpty()) {
      out.accept("TAIL_CUT: the export has no end: lines are missing after row " + read.lastSeq());
    }
    boolean whole = findings.isEmpty() && end.isPresent();
    end.ifPresent(at ->
        out.accept(
            (whole ? "The audit log is whole: " : "Read ")
                + read.rows()
                + " rows as of "
                + at.at()
                + ", key "
                + keyId
                + (givenKey == null ? " (named by the log itself)" : "")
                + "."));
    if (waiting > 0) {
      out.accept(waiting + " rows wait to be chained.");
    }
    return whole;
  }

  private void begin(JsonNode about) {
    AuditKey key = new AuditKey(givenKey == null ? about.path("publicKey").asText() : givenKey);
    keyId = key.id();
    waiting = about.path("waiting").asLong();
    verifier = new AuditVerifier(about.path("installation").asText(), key);
  }

  private AuditVerifier begun() {
    if (verifier == null) {
      throw unreadable();
    }
    return verifier;
  }

  private static ChainedEntry row(JsonNode row) {
    JsonNode entry = row.path("entry");
    return new ChainedEntry(
        row.path("seq").asLong(),
        row.path("previousHash").asText(),
        row.path("hash").asText(),
        new AuditEntry(
            entry.path("id").asLong(),
            Instant.parse(entry.path("at").asText()),
            textOrNull(entry, "actorId"),
            entry.path("actor").asText(),
            textOrNull(entry, "actorKind"),
            entry.path("action").asText(),
            entry.path("subject").asText(),
            textOrNull(entry, "address"),
            textOrNull(entry, "userAgent"),
            textOrNull(entry, "requestId"),
            entry.path("details").asText(),
            textOrNull(entry, "before"),
            textOrNull(entry, "after"),
            entry.path("beforeChain").asBoolean()));
  }

  private static Checkpoint checkpoint(JsonNode line) {
    return new Checkpoint(
        Checkpoint.Purpose.valueOf(line.path("purpose").asText()),
        line.path("installation").asText(),
        line.path("seq").asLong(),
        line.path("hash").asText(),
        Instant.parse(line.path("at").asText()),
        line.path("keyId").asText(),
        line.path("signature").asText());
  }

  private static @Nullable String textOrNull(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.asText() : null;
  }

  private static CliFailure unreadable() {
    return CliFailure.refused(
        "This is no exported audit log, or its key is none; ./slipway audit export FILE writes one.");
  }
}
