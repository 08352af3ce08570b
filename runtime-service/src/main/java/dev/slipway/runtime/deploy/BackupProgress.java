package dev.slipway.runtime.deploy;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells how a backup that is waited for comes along: every change of its status, and every ten
 * seconds how much it has moved.
 */
final class BackupProgress implements Consumer<Backup> {
  private static final long PACE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final double MEGABYTE = 1 << 20;

  private final String name;
  private final Consumer<String> tell;
  private @Nullable BackupStatus status;
  private long bytes;
  private long at;

  /**
   * Tells of one backup.
   *
   * @param name what people call what it is of
   */
  BackupProgress(String name, Consumer<String> tell) {
    this.name = name;
    this.tell = tell;
  }

  @Override
  public void accept(Backup now) {
    boolean changed = now.status() != status;
    boolean moved = now.progressBytes() != bytes && System.nanoTime() - at > PACE_NANOS;
    if (changed || moved) {
      status = now.status();
      bytes = now.progressBytes();
      at = System.nanoTime();
      tell(now);
    }
  }

  private void tell(Backup now) {
    String line =
        switch (now.status()) {
          case PENDING -> waiting() + ".";
          case RUNNING -> waiting() + ": " + size(now.progressBytes()) + " taken.";
          case STORED ->
              waiting() + ": it is taken, and being restored to prove it" + restored(now) + ".";
          case VERIFIED -> "The backup of '" + name + "' is verified" + taken(now) + ".";
          // why is told with the failure of the deployment
          case FAILED, CANCELLED -> "The backup of '" + name + "' is " + now.status().wire() + ".";
        };
    tell.accept(line);
  }

  private String waiting() {
    return "Waiting for the backup of '" + name + "' before the release starts";
  }

  private static String restored(Backup now) {
    return now.progressBytes() == 0 ? "" : " (" + size(now.progressBytes()) + ")";
  }

  private static String taken(Backup now) {
    return now.manifest() == null ? "" : ": " + size(now.manifest().plainBytes());
  }

  private static String size(long bytes) {
    return bytes < MEGABYTE
        ? (bytes + 1023) / 1024 + " KB"
        : String.format(Locale.ROOT, "%.0f MB", bytes / MEGABYTE);
  }
}
