package dev.slipway.contracts.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is of.
 *
 * @param id the database's or the application's; null for the platform
 * @param volume the volume's name in its application's config; null for all else
 */
public record BackupSubject(Kind kind, @Nullable String id, @Nullable String volume) {

  /** Kinds of subjects. */
  public enum Kind {
    DATABASE,
    VOLUME,
    PLATFORM;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static BackupSubject database(String id) {
    return new BackupSubject(Kind.DATABASE, id, null);
  }

  public static BackupSubject volume(String applicationId, String volume) {
    return new BackupSubject(Kind.VOLUME, applicationId, volume);
  }

  public static BackupSubject platform() {
    return new BackupSubject(Kind.PLATFORM, null, null);
  }
}
