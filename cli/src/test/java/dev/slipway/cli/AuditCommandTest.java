package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.contracts.audit.AuditChain;
import dev.slipway.contracts.audit.AuditEntry;
import dev.slipway.contracts.audit.AuditSigner;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.contracts.audit.Checkpoint;
import dev.slipway.contracts.audit.Checkpoint.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest extends CommandBench {
  private static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123456Z");

  @TempDir Path folder;

  private final AuditSigner signer = AuditSigner.fresh("0123456789ab");

  /** An export of that many rows: what it is about, the rows, a checkpoint, the end. */
  private List<String> export(int rows) {
    List<String> lines = new ArrayList<>();
    ObjectNode about = Api.object().put("type", "audit").put("installation", "0123456789ab");
    lines.add(about.put("publicKey", signer.key().publicKey()).put("waiting", 0).toString());
    long seq = 0;
    String hash = AuditChain.GENESIS;
    for (int n = 1; n <= rows; n++) {
      ChainedEntry row = ChainedEntry.after(seq, hash, entry(n));
      lines.add(line(row));
      seq = row.seq();
      hash = row.hash();
    }
    lines.add(line(signer.sign(Purpose.CHAINED, seq, hash, NOW)));
    lines.add(line(signer.sign(Purpose.EXPORTED, seq, hash, NOW)));
    return lines;
  }

  private static AuditEntry entry(int id) {
    return new AuditEntry(
        id,
        NOW,
        "key_1",
        "ci",
        "key",
        "application.update",
        "app_1",
        "192.0.2.7",
        "curl/8",
        null,
        "{}",
        null,
        "{\"port\":" + id + "}",
        false);
  }

  private static String line(ChainedEntry row) {
    AuditEntry entry = row.entry();
    ObjectNode line = Api.object().put("type", "row").put("seq", row.seq());
    line.put("previousHash", row.previousHash()).put("hash", row.hash());
    line.putObject("entry")
        .put("id", entry.id())
        .put("at", entry.at().toString())
        .put("actorId", entry.actorId())
        .put("actor", entry.actor())
        .put("actorKind", entry.actorKind())
        .put("action", entry.action())
        .put("subject", entry.subject())
        .put("address", entry.address())
        .put("userAgent", entry.userAgent())
        .put("requestId", entry.requestId())
        .put("details", entry.details())
        .put("before", entry.before())
        .put("after", entry.after())
        .put("beforeChain", entry.beforeChain());
    return line.toString();
  }

  private static String line(Checkpoint checkpoint) {
    return Api.object()
        .put("type", "checkpoint")
        .put("purpose", checkpoint.purpose().name())
        .put("installation", checkpoint.installation())
        .put("seq", checkpoint.seq())
        .put("hash", checkpoint.hash())
        .put("at", checkpoint.at().toString())
        .put("keyId", checkpoint.keyId())
        .put("signature", checkpoint.signature())
        .toString();
  }

  private int verify(List<String> lines, String... more) throws IOException {
    Path file = Files.write(folder.resolve("audit.ndjson"), lines);
    List<String> words = new ArrayList<>(List.of("audit", "verify", file.toString()));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private Path key(AuditSigner of) throws IOException {
    return Files.writeString(folder.resolve("audit.pem"), of.key().pem());
  }

  @Test
  void anExportIsVerifiedWithoutThePlatform() throws IOException {
    assertThat(verify(export(7), "--public-key", key(signer).toString())).isZero();
    assertThat(out.toString()).contains("is whole: 7 rows as of " + NOW);
    assertThat(asked).isEmpty();
  }

  @Test
  void anEditedLineIsNamed() throws IOException {
    List<String> lines = export(7);
    lines.set(3, lines.get(3).replace("192.0.2.7", "192.0.2.8"));
    assertThat(verify(lines)).isEqualTo(1);
    assertThat(out.toString()).contains("EDITED: row 3 (id 3, application.update of app_1)");
  }

  @Test
  void aMissingLineIsNamed() throws IOException {
    List<String> lines = export(7);
    lines.remove(3);
    assertThat(verify(lines)).isEqualTo(1);
    assertThat(out.toString()).contains("REMOVED: row 3 is missing");
  }

  @Test
  void linesInAnotherOrderAreNamed() throws IOException {
    List<String> lines = export(7);
    lines.add(4, lines.remove(3));
    assertThat(verify(lines)).isEqualTo(1);
    assertThat(out.toString()).contains("REORDERED: row 3").doesNotContain("REMOVED");
  }

  @Test
  void aCutFileIsNamedWhereverItIsCut() throws IOException {
    List<String> lines = export(7);
    for (int left = 1; left < lines.size(); left++) {
      out.getBuffer().setLength(0);
      assertThat(verify(lines.subList(0, left))).as("first %d lines", left).isEqualTo(1);
      assertThat(out.toString()).contains("TAIL_CUT");
    }
    lines.remove(7);
    assertThat(verify(lines)).isEqualTo(1);
    assertThat(out.toString()).contains("TAIL_CUT: the tail is cut: row 7 is missing");
  }

  @Test
  void anotherKeyThanTheOneKeptElsewhereIsAForgery() throws IOException {
    Path other = key(AuditSigner.fresh("0123456789ab"));
    assertThat(verify(export(7), "--public-key", other.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("FORGED");
  }

  @Test
  void whatIsNoExportIsRefused() throws IOException {
    assertThat(verify(List.of("hello"))).isEqualTo(1);
    assertThat(verify(List.of("{\"type\":\"row\"}"))).isEqualTo(1);
    assertThat(err.toString()).contains("no exported audit log");
  }

  @Test
  void thePlatformsOwnLogIsVerifiedAndListed() {
    when("GET /api/audit/export", 200, String.join("\n", export(3)) + "\n");
    when(
        "GET /api/audit?limit=50&action=key.create",
        200,
        """
        {"items":[{"at":"2026-11-21T10:15:30Z","actor":"ci","address":"192.0.2.7",
          "action":"key.create","subject":"key_2","before":null,"after":{"name":"x"}}],
         "nextCursor":null}
        """);
    assertThat(run("audit", "verify")).isZero();
    assertThat(out.toString()).contains("is whole: 3 rows");
    assertThat(run("audit", "list", "--action", "key.create")).isZero();
    assertThat(out.toString()).contains("192.0.2.7").contains("key_2").contains("new");
  }
}
