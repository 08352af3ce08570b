package dev.slipway.builder.keep;

import dev.slipway.docker.EngineInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What is free on a disk.
 *
 * @param name for people: whose disk it is, and where
 * @param freeInodes -1 where the file system does not count them or nobody can tell
 */
record Disk(String name, long freeBytes, long freeInodes) {

  static Disk at(String whose, Path path) throws IOException {
    return new Disk(
        whose + " (" + path + ")", Files.getFileStore(path).getUsableSpace(), freeInodes(path));
  }

  /** The disk of an engine on this machine. */
  static Disk of(String whose, EngineInfo engine) throws IOException {
    var root = Path.of(engine.storageRoot());
    return new Disk(
        whose + " (" + root + ")",
        engine.freeBytes(),
        Files.isDirectory(root) ? freeInodes(root) : -1);
  }

  /** Java cannot ask for them; the system's own program can. */
  private static long freeInodes(Path path) throws IOException {
    var process =
        new ProcessBuilder("stat", "--file-system", "--format=%c %d", path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.getInputStream()) {
      var words = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip().split(" ");
      boolean ended = process.waitFor(2, TimeUnit.SECONDS);
      boolean counted = ended && process.exitValue() == 0 && words.length == 2;
      // File systems that make inodes as they need them say 0 of 0.
      return !counted || words[0].equals("0") ? -1 : Long.parseLong(words[1]);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while asking for free inodes");
    } finally {
      process.destroyForcibly();
    }
  }
}
