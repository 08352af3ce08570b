package dev.slipway.backup.verify;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.stream.Digest;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Restores what lies at the destination into a copy that lives for the proof, and compares: bytes
 * with their hash, counts with the manifest.
 *
 * @param memoryBytes of a scratch server
 * @param start how long one may take to start
 * @param patience for how long a tool may stand still
 */
public record Prover(long memoryBytes, Duration start, Duration patience) {
  private static final int NAMED = 10;

  /** A server that holds everything in memory needs about this many times the dump. */
  private static final long IN_MEMORY = 4;

  /** The attempt failed, and the backup may be as good as it ever was. */
  private static final Set<String> INCONCLUSIVE =
      Set.of(
          "destination_unreachable",
          "destination_timeout",
          "destination_failed",
          "destination_denied",
          "destination_missing",
          "address_refused",
          "host_unknown",
          "backup_unreadable",
          "backup_key_missing",
          "scratch_failed",
          "scratch_out_of_memory",
          "tool_stalled",
          "tool_out_of_memory",
          "image_missing",
          "disk_full");

  /**
   * Proves a backup.
   *
   * @param rehearsal how a copy is made of what it is of
   * @param expected what it says of itself
   * @param opened what lies there, from its beginning; closed in the end
   * @param said gets what a person may want to know
   * @return with why not, for whatever a person can understand
   * @throws DockerProblem when the engine is away for a moment
   */
  public Proof prove(
      Site site,
      Rehearsal rehearsal,
      Expected expected,
      Supplier<OpenedBackup> opened,
      Consumer<String> said)
      throws IOException {
    Manifest manifest = expected.manifest();
    try (var content = opened.get()) {
      var restored = rehearsal.copy(site, manifest, content, said);
      mustBeWhatWasTaken(manifest, content.readToEnd());
      mustNotDiffer(expected.differences(rehearsal.comparison(), restored));
      return Proof.good(rehearsal.comparison().learnt(manifest, restored));
    } catch (DockerProblem problem) {
      if (problem.transientFailure() || problem instanceof DockerProblem.Cancelled) {
        throw problem;
      }
      return new Proof(manifest, against(problem, false));
    } catch (Problem problem) {
      return new Proof(manifest, against(problem, !INCONCLUSIVE.contains(problem.code())));
    }
  }

  private static Proof.Against against(Problem problem, boolean conclusive) {
    return new Proof.Against(problem.code(), problem.detail(), problem.remedy(), conclusive);
  }

  /** A scratch server for a dump of this size. */
  public ScratchServer.Order order(
      DatabaseServer like, DumpTool tool, Manifest manifest, List<String> networks) {
    Map<String, String> settings = tool.scratchSettings(manifest.plainBytes());
    long memory =
        tool.loadsAtStart() ? memoryBytes + IN_MEMORY * manifest.plainBytes() : memoryBytes;
    return new ScratchServer.Order(like, settings, networks, memory, start);
  }

  /** The tool read to where it wanted; the rest, and the whole's hash, are looked at here. */
  private static void mustBeWhatWasTaken(Manifest manifest, Digest found) {
    boolean told = manifest.plainBytes() > 0 || !manifest.plainSha256().isEmpty();
    if (told && !found.equals(new Digest(manifest.plainBytes(), manifest.plainSha256()))) {
      throw Problem.failed(
          "backup_corrupt",
          "What lies at the destination is another content than the one that was stored: "
              + found.size()
              + " bytes instead of "
              + manifest.plainBytes()
              + ".",
          "Somebody replaced the object. Use another backup, and see who may write there.");
    }
  }

  private static void mustNotDiffer(List<String> differences) {
    if (!differences.isEmpty()) {
      String named = String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())));
      throw Problem.failed(
          "verification_counts_differ",
          "The restored copy is not what was taken. "
              + named
              + (differences.size() > NAMED
                  ? "; and " + (differences.size() - NAMED) + " more"
                  : "")
              + ".",
          "Do not rely on this backup. Take a new one; if it differs again, look at what is"
              + " named.");
    }
  }
}
