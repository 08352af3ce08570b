package dev.slipway.contracts.logs;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.DeploymentId;
import java.util.Optional;

/** Names of log streams, and the bell that carries their live edge. */
public final class LogStreams {
  /** Rings after a batch of lines is stored; carries it, so that a live reader need not ask. */
  public static final Bell<Appended> APPENDED = new Bell<>("logs.appended", 1, Appended.class);

  /** The name of a stream's writer when it has one at a time, whichever process that is. */
  public static final String ONE_WRITER = "one";

  private static final String APPLICATION = "a:";
  private static final String DATABASE = "db:";

  private LogStreams() {}

  /** The name under which a node's runtime writes into the logs of applications. */
  public static String writer(String nodeId) {
    return "node:" + nodeId;
  }

  /** The log of a deployment: the build's lines and the platform's own. */
  public static String of(DeploymentId id) {
    return "d:" + id.value();
  }

  /** The log of an application: what its replicas print. */
  public static String of(ApplicationId id) {
    return APPLICATION + id.value();
  }

  /** The log of a database: what its servers print. */
  public static String of(DatabaseId id) {
    return DATABASE + id.value();
  }

  /** The log of a backup and of its verifications. */
  public static String of(BackupId id) {
    return "b:" + id.value();
  }

  /** The log of a restore, by its id. */
  public static String ofRestore(String id) {
    return "r:" + id;
  }

  /** Whose log it is; empty when it is not an application's. */
  public static Optional<ApplicationId> application(String stream) {
    return stream.startsWith(APPLICATION)
        ? Optional.of(new ApplicationId(stream.substring(APPLICATION.length())))
        : Optional.empty();
  }

  /** Whether containers write it: an application's, or a database's. */
  public static boolean ofContainers(String stream) {
    return stream.startsWith(APPLICATION) || stream.startsWith(DATABASE);
  }

  /**
   * A stored batch.
   *
   * @param ndjson one public line object per line; empty when only the end is told
   * @param ended the stream has ended after this batch
   */
  public record Appended(
      String stream, long firstSeq, long lastSeq, String ndjson, boolean ended) {}
}
