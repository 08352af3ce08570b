package dev.slipway.backup.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where zstd's native library is unpacked. It is removed when the process ends by itself; what a
 * killed one left, nobody but its successor can know to be left.
 */
public final class ZstdLibrary {
  private static final String SETTING = "ZstdTempFolder";
  private static final String NAMES = "libzstd-jni*";

  private ZstdLibrary() {}

  /**
   * Has it unpacked in a folder that no other living process uses, and clears away what is left
   * there. To be called before the first backup is read or written.
   *
   * @throws UncheckedIOException when the folder cannot be made or written to
   */
  public static void unpackIn(Path folder) {
    try {
      Files.createDirectories(folder);
      try (var left = Files.newDirectoryStream(folder, NAMES)) {
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.setProperty(SETTING, folder.toString());
  }
}
