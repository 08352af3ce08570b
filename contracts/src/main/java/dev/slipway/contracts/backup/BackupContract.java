package dev.slipway.contracts.backup;

import dev.slipway.contracts.bus.Ask;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that may be asked of a backup service: it alone opens destinations. Bytes travel in parts of
 * at most {@value #MOST_BYTES}, one question each, so that whoever reads or sends slowly holds up
 * nobody and nothing is kept for him. Nothing here changes what is recorded of a backup.
 */
public final class BackupContract {
  /** The most bytes of one part. */
  public static final int MOST_BYTES = 1 << 20;

  /** Tries a destination by writing, reading and removing a small object, and notes the verdict. */
  public static final Ask<Check, Checked> CHECK =
      new Ask<>("backup.check", 1, Check.class, Checked.class, Duration.ofSeconds(60));

  /** Reads a part of what lies at a destination, as it is stored. */
  public static final Ask<Read, Part> READ =
      new Ask<>("backup.read", 1, Read.class, Part.class, Duration.ofSeconds(60));

  /** Begins to take in a dump. Its parts go {@code at} the place that answered. */
  public static final Ask<Receive, Receiving> RECEIVE =
      new Ask<>("backup.receive", 1, Receive.class, Receiving.class, Duration.ofSeconds(30));

  /** The next part of a dump; answered when there is room for one more. */
  public static final Ask<Sent, Taken> SEND =
      new Ask<>("backup.send", 1, Sent.class, Taken.class, Duration.ofSeconds(120));

  /** The dump is whole: answered when it lies at its destination. */
  public static final Ask<Finish, Received> FINISH =
      new Ask<>("backup.finish", 1, Finish.class, Received.class, Duration.ofMinutes(10));

  /** The dump is not wanted any more; what was stored of it is removed. */
  public static final Ask<Abandon, Taken> ABANDON =
      new Ask<>("backup.abandon", 1, Abandon.class, Taken.class, Duration.ofSeconds(30));

  private BackupContract() {}

  /** Asks whether a destination works. */
  public record Check(String destinationId) {}

  /**
   * The verdict.
   *
   * @param code and {@code detail}, {@code remedy}: why it does not; null when it does
   */
  public record Checked(
      boolean ok, @Nullable String code, @Nullable String detail, @Nullable String remedy) {}

  /**
   * Asks for a part of a stored backup.
   *
   * @param from the first byte's offset
   * @param length 1 to {@value #MOST_BYTES}
   */
  public record Read(BackupId backupId, long from, int length) {}

  /**
   * Bytes.
   *
   * @param bytes as many as were asked for, fewer only at the end
   */
  public record Part(byte[] bytes) {
    /** How many: what they are may be anybody's secret. */
    @Override
    public String toString() {
      return "Part[" + bytes.length + "]";
    }
  }

  /**
   * Asks to take a dump in.
   *
   * @param backupId what it will be known as
   * @param engine of the database it was taken of, {@link
   *     dev.slipway.contracts.database.DatabaseEngine#wire()}
   * @param encrypted under the installation's backup key; what is sealed already stays as it is
   */
  public record Receive(
      BackupId backupId, String destinationId, String engine, String version, boolean encrypted) {}

  /**
   * The parts may come.
   *
   * @param place who takes them: ask {@code at} it
   */
  public record Receiving(String place) {}

  /**
   * A part of a dump.
   *
   * @param from its first byte's offset; a part that came already is not taken twice
   */
  public record Sent(BackupId backupId, long from, byte[] bytes) {
    /** Without the bytes. */
    @Override
    public String toString() {
      return "Sent[" + backupId + ", " + from + ", " + bytes.length + "]";
    }
  }

  /** How many bytes of it are here. */
  public record Taken(long bytes) {}

  /**
   * That was all.
   *
   * @param bytes how many there were
   */
  public record Finish(BackupId backupId, long bytes) {}

  /**
   * It lies at its destination.
   *
   * @param objectKey where
   * @param manifest without counts: those are told by its restored copy
   */
  public record Received(String objectKey, Manifest manifest) {}

  /** It is not wanted. */
  public record Abandon(BackupId backupId) {}
}
