package dev.slipway.contracts.audit;

/**
 * An entry in its place in the chain.
 *
 * @param seq its place, from 1, without holes
 * @param previousHash of the entry before it; {@link AuditChain#GENESIS} for the first
 * @param hash over all of this, in hexadecimal
 */
public record ChainedEntry(long seq, String previousHash, String hash, AuditEntry entry) {

  /** The entry put behind another one. */
  public static ChainedEntry after(long lastSeq, String lastHash, AuditEntry entry) {
    return new ChainedEntry(
        lastSeq + 1, lastHash, AuditChain.hash(lastHash, lastSeq + 1, entry), entry);
  }

  /** Whether nothing in it has changed since it was chained. */
  public boolean isWhole() {
    return hash.equals(AuditChain.hash(previousHash, seq, entry));
  }
}
