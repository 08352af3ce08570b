package dev.slipway.contracts.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.deployment.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A backup being put into a server or a volume.
 *
 * @param target the database or the volume that receives it
 * @param generation which server of a database receives it; 0 for a volume
 * @param only tables or databases to restore; empty: all
 * @param inPlace what is there is replaced, after a safety backup of it
 * @param safetyBackupId that backup; null before it was asked for, and where nothing is replaced
 * @param totalBytes plain bytes of the backup; 0 when unknown
 */
public record Restore(
    String id,
    BackupId backupId,
    BackupSubject target,
    int generation,
    List<String> only,
    boolean inPlace,
    @Nullable BackupId safetyBackupId,
    String actor,
    Status status,
    long progressBytes,
    long totalBytes,
    @Nullable Failure failure,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt) {

  public Restore {
    only = List.copyOf(only);
  }

  /**
   * How far a restore has come.
   *
   * <pre>
   *   waiting --> pending --> running --> success
   *      |           |           |
   *      v           v           v
   *   cancelled   cancelled   failed, cancelled
   * </pre>
   */
  public enum Status {
    /** Its server is not there yet. */
    WAITING,
    /** For any backup service to take. */
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
    CANCELLED;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
