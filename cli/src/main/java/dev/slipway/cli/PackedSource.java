package dev.slipway.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A folder packed to be sent, or an archive that was packed already. */
final class PackedSource implements AutoCloseable {
  private final Path file;
  private final boolean temporary;

  private PackedSource(Path file, boolean temporary) {
    this.file = file;
    this.temporary = temporary;
  }

  /** Packs a folder; a file is taken as it is. */
  static PackedSource of(Path source) {
    if (Files.isRegularFile(source)) {
      return new PackedSource(source, false);
    }
    if (!Files.isDirectory(source)) {
      throw CliFailure.refused("There is no folder or file " + source + ".");
    }
    try {
      Path packed = Files.createTempFile("slipway-", ".tar.gz");
      var made = new PackedSource(packed, true);
      try {
        pack(source, packed);
        return made;
      } catch (IOException | RuntimeException e) {
        made.close();
        throw e;
      }
    } catch (IOException e) {
      throw CliFailure.refused(source + " cannot be packed: " + e.getMessage() + ".");
    }
  }

  Path file() {
    return file;
  }

  private static void pack(Path folder, Path into) throws IOException {
    try (var tar =
        new TarArchiveOutputStream(
            new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(into))),
            StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (String name : names(folder)) {
        add(tar, folder.resolve(name), name);
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, Path file, String name) throws IOException {
    if (Files.isSymbolicLink(file)) {
      var link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      link.setLinkName(Files.readSymbolicLink(file).toString());
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      var entry = new TarArchiveEntry(name);
      entry.setSize(Files.size(file));
      entry.setMode(Files.isExecutable(file) ? 0100755 : 0100644);
      tar.putArchiveEntry(entry);
      Files.copy(file, tar);
      tar.closeArchiveEntry();
    }
  }

  /**
   * What Git would not ignore; every file where Git is not there or knows nothing of the folder.
   */
  private static List<String> names(Path folder) throws IOException {
    var command =
        new ArrayList<>(
            List.of("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"));
    if (Files.isRegularFile(folder.resolve(".slipwayignore"))) {
      command.add("--exclude-from=.slipwayignore");
    }
    try {
      var git =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      git.getOutputStream().close();
      var said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (git.waitFor() == 0) {
        return List.of(said.split("\0")).stream()
            .filter(name -> !name.isEmpty())
            .filter(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS))
            .toList();
      }
      return all(folder);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException noGit) {
      return all(folder);
    }
  }

  private static List<String> all(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.startsWith(".git/"))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    if (temporary) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
