package dev.slipway.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A killed process leaves no library behind for good. */
class ZstdLibraryTest {
  private static final String SETTING = "ZstdTempFolder";

  @TempDir private static Path folder;

  private final String before = System.getProperty(SETTING, "");

  @AfterEach
  void asItWas() {
    if (before.isEmpty()) {
      System.clearProperty(SETTING);
    } else {
      System.setProperty(SETTING, before);
    }
  }

  @Test
  void whatAKilledProcessUnpackedIsClearedAwayByTheNextOne() throws Exception {
    Path own = folder.resolve("native");
    Files.createDirectories(own);
    Files.writeString(own.resolve("libzstd-jni-1.5.7-2812345.so"), "left");
    Files.writeString(own.resolve("somebody-elses"), "stays");

    ZstdLibrary.unpackIn(own);

    assertThat(own).isDirectoryNotContaining("glob:**/libzstd*");
    assertThat(own.resolve("somebody-elses")).exists();
    assertThat(System.getProperty(SETTING)).isEqualTo(own.toString());
  }
}
