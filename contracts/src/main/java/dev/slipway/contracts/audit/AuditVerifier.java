package dev.slipway.contracts.audit;

import dev.slipway.contracts.audit.AuditFinding.Kind;
import dev.slipway.contracts.audit.Checkpoint.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its first row to its last and says what was done to it. It holds a few rows at a
 * time, however long the log is; after {@value #MOST_FINDINGS} findings it counts only.
 *
 * <p>Checkpoints come after the row that they sign; those that sign rows beyond the last one count
 * at the end.
 */
public final class AuditVerifier {
  private static final int MOST_FINDINGS = 200;
  private static final int REACH = 1_000;

  private final AuditKey key;
  private final String installation;
  private final List<AuditFinding> findings = new ArrayList<>();
  private final List<ChainedEntry> broken = new ArrayList<>();
  private long lastSeq;
  private String lastHash = AuditChain.GENESIS;
  private long signedSeq;
  private long rows;
  private int dropped;
  private boolean contradicted;
  private @Nullable Checkpoint farthest;
  private @Nullable Checkpoint end;

  /** A verifier of the log of that installation, signed by that key. */
  public AuditVerifier(String installation, AuditKey key) {
    this.installation = installation;
    this.key = key;
  }

  /** The next row of the log. */
  public void row(ChainedEntry row) {
    rows++;
    if (row.seq() <= lastSeq) {
      findings.removeIf(gone ->
          gone.kind() == Kind.REMOVED && gone.seq() == row.seq() && gone.toSeq() == row.seq());
      found(
          Kind.REORDERED,
          row.seq(),
          row.seq(),
          "row " + row.seq() + named(row) + " stands behind row " + lastSeq);
      return;
    }
    boolean gap = row.seq() > lastSeq + 1;
    if (gap) {
      found(Kind.REMOVED, lastSeq + 1, row.seq() - 1, removed(lastSeq + 1, row.seq() - 1));
    }
    boolean linked = gap || row.previousHash().equals(lastHash);
    if (!row.isWhole()) {
      brokenRow(row);
    } else if (!linked) {
      found(
          Kind.RECHAINED,
          row.seq(),
          row.seq(),
          "row " + row.seq() + named(row) + " was not chained to the row before it");
    }
    lastSeq = row.seq();
    lastHash = row.hash();
  }

  /** A checkpoint, in the log or from elsewhere. */
  public void checkpoint(Checkpoint checkpoint) {
    if (!key.signed(checkpoint) || !checkpoint.installation().equals(installation)) {
      found(
          Kind.FORGED,
          checkpoint.seq(),
          checkpoint.seq(),
          "the checkpoint at row " + checkpoint.seq() + " was not signed by the key " + key.id());
      return;
    }
    if (farthest == null || checkpoint.seq() > farthest.seq()) {
      farthest = checkpoint;
    }
    if (checkpoint.seq() == lastSeq) {
      compare(checkpoint);
    }
    if (checkpoint.purpose() == Purpose.EXPORTED) {
      end = checkpoint;
    }
  }

  /** Ends the reading: what only shows at the end is found now. */
  public List<AuditFinding> finish() {
    Checkpoint known = farthest;
    if (known != null && known.seq() > lastSeq) {
      found(
          Kind.TAIL_CUT,
          lastSeq + 1,
          known.seq(),
          "the tail is cut: "
              + removed(lastSeq + 1, known.seq())
              + ", which a checkpoint of "
              + known.at()
              + " proves");
    } else if (signedSeq < lastSeq && !contradicted) {
      found(
          Kind.UNSIGNED,
          signedSeq + 1,
          lastSeq,
          "no checkpoint proves " + span(signedSeq + 1, lastSeq));
    }
    broken.forEach(this::edited);
    broken.clear();
    return List.copyOf(findings);
  }

  /** How many rows were read. */
  public long rows() {
    return rows;
  }

  /** The place of the last row. */
  public long lastSeq() {
    return lastSeq;
  }

  /** The statement that the log is complete; empty when it has none, so it may go on. */
  public Optional<Checkpoint> end() {
    return Optional.ofNullable(end);
  }

  /** Findings beyond those that are told. */
  public int dropped() {
    return dropped;
  }

  private void compare(Checkpoint checkpoint) {
    if (checkpoint.hash().equals(lastHash)) {
      contradicted = false;
      // What is signed on demand signs whatever it finds: only the signature of when rows were
      // chained tells that the platform chained them.
      signedSeq = checkpoint.purpose() == Purpose.CHAINED ? checkpoint.seq() : signedSeq;
    } else if (!contradicted) {
      contradicted = true;
      found(
          Kind.RECHAINED,
          signedSeq + 1,
          checkpoint.seq(),
          "something in "
              + span(signedSeq + 1, checkpoint.seq())
              + " was changed and the chain made anew: the checkpoint of "
              + checkpoint.at()
              + " signs another hash");
    }
  }

  /**
   * Its own place in the chain is tried first: a row that was carried to another place is whole
   * there.
   */
  private void brokenRow(ChainedEntry row) {
    for (long seq = Math.max(1, row.seq() - REACH); seq <= row.seq() + REACH; seq++) {
      if (row.hash().equals(AuditChain.hash(row.previousHash(), seq, row.entry()))) {
        moved(row, seq);
        return;
      }
    }
    for (ChainedEntry other : broken) {
      if (fits(row, other) && fits(other, row)) {
        broken.remove(other);
        moved(row, other.seq());
        moved(other, row.seq());
        return;
      }
    }
    if (broken.size() < MOST_FINDINGS) {
      broken.add(row);
    } else {
      dropped++;
    }
  }

  private static boolean fits(ChainedEntry place, ChainedEntry content) {
    return place.hash().equals(AuditChain.hash(place.previousHash(), place.seq(), content.entry()));
  }

  private void moved(ChainedEntry row, long from) {
    found(
        Kind.REORDERED,
        row.seq(),
        row.seq(),
        "row " + row.seq() + named(row) + " stood at place " + from);
  }

  private void edited(ChainedEntry row) {
    found(Kind.EDITED, row.seq(), row.seq(), "row " + row.seq() + named(row) + " was edited");
  }

  private void found(Kind kind, long seq, long toSeq, String text) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(new AuditFinding(kind, seq, toSeq, text));
    } else {
      dropped++;
    }
  }

  private static String named(ChainedEntry row) {
    AuditEntry entry = row.entry();
    return " (id " + entry.id() + ", " + entry.action() + " of " + entry.subject() + ")";
  }

  private static String removed(long from, long to) {
    return span(from, to) + (from == to ? " is missing" : " are missing");
  }

  private static String span(long from, long to) {
    return from == to ? "row " + from : "rows " + from + " to " + to;
  }
}
