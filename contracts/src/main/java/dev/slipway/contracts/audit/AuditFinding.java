package dev.slipway.contracts.audit;

/**
 * Something about a log that is not as it was written.
 *
 * @param seq the first place in the chain that it concerns
 * @param toSeq the last one
 * @param text a sentence for people
 */
public record AuditFinding(Kind kind, long seq, long toSeq, String text) {

  /** What was done to the log. */
  public enum Kind {
    /** A row says something else than when it was chained. */
    EDITED,
    /** Rows between others are gone. */
    REMOVED,
    /** Rows stand in another order. */
    REORDERED,
    /** The last rows are gone. */
    TAIL_CUT,
    /** Rows follow each other that were not chained to each other, or were chained anew. */
    RECHAINED,
    /** A checkpoint was not signed by the key. */
    FORGED,
    /** Rows that no checkpoint covers. */
    UNSIGNED
  }
}
