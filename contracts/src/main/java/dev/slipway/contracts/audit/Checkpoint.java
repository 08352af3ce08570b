package dev.slipway.contracts.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A signed statement that the chain of an installation ended with that hash at that moment. Whoever
 * cuts rows off behind it, or chains the rows before it anew, contradicts it.
 *
 * @param purpose why it was signed
 * @param seq how many entries the chain had
 * @param hash of the last of them; {@link AuditChain#GENESIS} when there was none
 * @param keyId of the key that signed it
 * @param signature Ed25519, in Base64
 */
public record Checkpoint(
    Purpose purpose,
    String installation,
    long seq,
    String hash,
    Instant at,
    String keyId,
    String signature) {

  /** Why a checkpoint was signed: one cannot stand in for the other. */
  public enum Purpose {
    /** Entries were chained. */
    CHAINED,
    /** An export is complete up to here. */
    EXPORTED
  }

  /** What is signed: every field but the signature, a line each. */
  static byte[] signed(
      Purpose purpose, String installation, long seq, String hash, Instant at, String keyId) {
    return String.join(
            "\n",
            "slipway audit checkpoint v1",
            purpose.name(),
            installation,
            String.valueOf(seq),
            hash,
            at.toString(),
            keyId)
        .getBytes(StandardCharsets.UTF_8);
  }

  byte[] signed() {
    return signed(purpose, installation, seq, hash, at, keyId);
  }
}
