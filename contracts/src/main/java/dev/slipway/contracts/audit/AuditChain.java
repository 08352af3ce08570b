package dev.slipway.contracts.audit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of an entry and its hash. Every field is written with its length before it, so
 * that no two different entries have the same form; null differs from empty.
 */
public final class AuditChain {
  /** What the first entry follows. */
  public static final String GENESIS = "0".repeat(64);

  private static final String FORM = "slipway audit entry v1";
  private static final int ABSENT = -1;

  private AuditChain() {}

  /** SHA-256 of an entry in its place, in hexadecimal. */
  public static String hash(String previousHash, long seq, AuditEntry entry) {
    return HexFormat.of().formatHex(sha256().digest(canonical(previousHash, seq, entry)));
  }

  private static byte[] canonical(String previousHash, long seq, AuditEntry entry) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      text(out, FORM);
      text(out, previousHash);
      out.writeLong(seq);
      out.writeLong(entry.id());
      out.writeLong(micros(entry.at()));
      text(out, entry.actorId());
      text(out, entry.actor());
      text(out, entry.actorKind());
      text(out, entry.action());
      text(out, entry.subject());
      text(out, entry.address());
      text(out, entry.userAgent());
      text(out, entry.requestId());
      text(out, entry.details());
      text(out, entry.before());
      text(out, entry.after());
      out.writeBoolean(entry.beforeChain());
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(ABSENT);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /** PostgreSQL keeps microseconds, so nothing finer may count. */
  private static long micros(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.getNano() / 1_000);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
