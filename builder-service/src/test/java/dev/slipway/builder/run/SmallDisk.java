package dev.slipway.builder.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes at a folder, as root can mount one. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;

  SmallDisk(Path folder, int megabytes) throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may mount a file system");
    this.folder = Files.createDirectories(folder);
    run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
  }

  void grow(int megabytes) throws IOException {
    run("mount", "-o", "remount,size=" + megabytes + "m", folder.toString());
  }

  /** Takes this much of it. */
  void fill(int megabytes) throws IOException {
    Files.write(folder.resolve("filler"), new byte[megabytes << 20]);
  }

  private static void run(String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
  }
}
