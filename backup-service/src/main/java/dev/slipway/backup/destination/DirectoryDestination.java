package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A directory of this machine. A write is a temporary file beside its place, synced, renamed, and
 * the directory synced: after a power cut there is the whole object or none. That the bytes are
 * those sent rests on the kernel; reading them back at once would read its cache and prove nothing.
 */
final class DirectoryDestination implements Destination {
  private static final int BUFFER = 256 << 10;

  /** So often the disk is waited for: otherwise all of a big object is waited for at its end. */
  private static final int SYNCED = 32 << 20;

  private final Path root;
  private final boolean ours;

  /**
   * Makes one.
   *
   * @param ours whether it is made when it is not there; another's directory that is missing is a
   *     disk that is not mounted
   */
  DirectoryDestination(Path root, boolean ours) {
    this.root = root;
    this.ours = ours;
  }

  @Override
  public Stored write(String key, InputStream content) {
    var source = new Content(content);
    try {
      var file = prepared(key);
      removeUnfinished(file);
      var part = file.resolveSibling(partOf(file) + UUID.randomUUID() + ".part");
      try {
        fill(part, source);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      syncUpwards(file);
      var at = Files.getLastModifiedTime(file).toInstant();
      return new Stored(key, source.size(), Optional.of(source.sha256()), at);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void fill(Path part, Content source) throws IOException {
    var forUs = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var out = FileChannel.open(part, how, forUs)) {
      byte[] buffer = new byte[BUFFER];
      int read;
      int unsynced = 0;
      do {
        read = source.read(buffer, buffer.length);
        var bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        unsynced += read;
        if (unsynced >= SYNCED) {
          out.force(false);
          unsynced = 0;
        }
      } while (read == buffer.length);
      out.force(true);
      if (out.size() != source.size()) {
        throw Failures.mismatch(part.getFileName().toString(), "it has " + out.size() + " bytes");
      }
    }
  }

  @Override
  public InputStream read(String key, long from, long length) {
    try {
      var file = placed(key);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw Failures.missing(key);
      }
      var in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        long count = Part.length(in.size(), from, length);
        in.position(from);
        return new Part(key, Channels.newInputStream(in), count, this::failed);
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw Failures.missing(key);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Optional<Stored> look(String key) {
    try {
      var file = placed(key);
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(stored(file, attributes(file)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public List<Stored> list(String prefix) {
    var found = new ArrayList<Stored>();
    try {
      Files.walkFileTree(
          base(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && !file.getFileName().toString().startsWith(".")) {
                add(found, prefix, stored(file, attributes));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) { // removed while we look
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw failed(e);
    }
    found.sort(Comparator.comparing(Stored::key));
    return List.copyOf(found);
  }

  private static void add(List<Stored> found, String prefix, Stored stored) {
    if (stored.key().startsWith(prefix)) {
      found.add(stored);
    }
    if (found.size() > MOST_LISTED) {
      throw Failures.tooMany();
    }
  }

  @Override
  public void remove(String key) {
    try {
      var file = placed(key);
      if (!Files.isDirectory(folder(file))) {
        return;
      }
      removeUnfinished(file);
      if (Files.deleteIfExists(file)) {
        sync(folder(file));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void check() {
    ConnectionTest.run(this);
  }

  @Override
  public void close() {
    // nothing is held open
  }

  private Path base() throws IOException {
    if (ours) {
      createPrivate(root);
    } else if (!Files.isDirectory(root)) {
      throw Failures.missing(
          "The directory of this destination",
          "Make it, mount the disk it is on, or correct the path.",
          null);
    }
    return root.toRealPath();
  }

  /** Where an object lies or would lie. */
  private Path placed(String key) throws IOException {
    var file = base().resolve(Fields.key(key));
    // a link that somebody put there may lead anywhere
    for (Path above = folder(file); above != null; above = above.getParent()) {
      if (Files.exists(above)) {
        if (!above.toRealPath().equals(above)) {
          throw Failures.denied("this directory", ": a link in it leads somewhere else", null);
        }
        break;
      }
    }
    return file;
  }

  private Path prepared(String key) throws IOException {
    var file = placed(key);
    createPrivate(folder(file));
    return file;
  }

  private static void createPrivate(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** An object is never the root itself. */
  private static Path folder(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  private static String partOf(Path file) {
    return "." + file.getFileName() + ".";
  }

  private static void removeUnfinished(Path file) throws IOException {
    var beginning = partOf(file);
    try (var beside =
        Files.newDirectoryStream(
            folder(file),
            other -> {
              var name = other.getFileName().toString();
              return name.startsWith(beginning)
                  && name.endsWith(".part")
                  && name.length() == beginning.length() + 36 + 5;
            })) {
      for (var unfinished : beside) {
        Files.deleteIfExists(unfinished);
      }
    }
  }

  private Stored stored(Path file, BasicFileAttributes attributes) {
    try {
      var key = root.toRealPath().relativize(file).toString();
      return new Stored(
          key, attributes.size(), Optional.empty(), attributes.lastModifiedTime().toInstant());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** A name is on the disk when its directory is, and that one's name, and so on. */
  private void syncUpwards(Path file) throws IOException {
    var base = base();
    for (var at = folder(file); at.startsWith(base); at = folder(at)) {
      sync(at);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (var open = FileChannel.open(directory, StandardOpenOption.READ)) {
      open.force(true);
    } catch (NoSuchFileException e) {
      return; // another thread removed it, empty as it was
    }
  }

  private Problem failed(IOException e) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return Failures.diskFull("in the destination's directory", e);
    }
    if (e instanceof AccessDeniedException) {
      return Failures.problem(
          422,
          "destination_denied",
          "The platform's user may not read or write in the destination's directory.",
          "Give the user of the backup service the right to read, write and enter it.",
          e);
    }
    return Failures.failed("the destination's directory", e.getClass().getSimpleName(), e);
  }
}
