package dev.slipway.builder.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a full disk from other trouble, whoever found out. */
public final class FullDisk {
  /** With less than this nothing can be fetched or written, whatever the error says. */
  private static final long FULL = 4 << 20;

  private FullDisk() {}

  /**
   * Whether something failed because the disk of this folder is full: it is said somewhere, or it
   * is so; Git's library tells some full disks as objects that are not there.
   */
  public static boolean explains(Throwable failure, Path folder) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return usable(folder) < FULL;
  }

  private static long usable(Path folder) {
    try {
      return Files.isDirectory(folder)
          ? Files.getFileStore(folder).getUsableSpace()
          : Long.MAX_VALUE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
