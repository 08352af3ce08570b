package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * One bare repository per remote, so that a deployment fetches only what is new. A mirror is a
 * cache: whenever it looks damaged it is thrown away and cloned anew, once per use.
 *
 * <p>A mirror has one user at a time, in this process by a lock and among processes by a locked
 * file; the kernel gives that back when a process dies, so lock files found inside a mirror are
 * always left-overs.
 */
final class Mirrors {
  private final Path folder;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  Mirrors(Path folder) {
    this.folder = folder;
  }

  /** What is done with a mirror. */
  interface Use<T> {
    T with(Repository mirror) throws IOException;
  }

  /**
   * Uses the mirror of a repository, alone.
   *
   * @throws Problem what the use itself decides
   * @throws IOException when the mirror could not be used even after it was made anew
   */
  <T> T use(RepositoryUrl url, SourceListener listener, Use<T> use) throws IOException {
    var name = nameOf(url);
    var lock = locks.computeIfAbsent(name, n -> new ReentrantLock());
    lockInterruptibly(lock);
    try {
      Files.createDirectories(folder);
      var file = folder.resolve(name + ".lock");
      try (var channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // when it was used last
        return held.isValid() ? aloneWith(folder.resolve(name + ".git"), listener, use) : never();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A mirror on the disk. */
  record Kept(String name, Instant usedAt, long bytes) {}

  /** The mirrors there are, the one that was not used for longest first. */
  List<Kept> kept() throws IOException {
    var kept = new ArrayList<Kept>();
    if (Files.isDirectory(folder)) {
      try (var found = Files.newDirectoryStream(folder, "*.git")) {
        for (var path : found) {
          var file = path.getFileName().toString();
          var name = file.substring(0, file.length() - ".git".length());
          var lock = folder.resolve(name + ".lock");
          var used = Files.getLastModifiedTime(Files.exists(lock) ? lock : path).toInstant();
          kept.add(new Kept(name, used, size(path)));
        }
      }
    }
    kept.sort(Comparator.comparing(Kept::usedAt));
    return kept;
  }

  /** Removes a mirror; false when somebody uses it right now. Its lock's file stays for others. */
  boolean remove(String name) throws IOException {
    var lock = locks.computeIfAbsent(name, n -> new ReentrantLock());
    if (!lock.tryLock()) {
      return false;
    }
    try (var channel =
            FileChannel.open(
                folder.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var held = channel.tryLock()) {
      if (held != null) {
        delete(folder.resolve(name + ".git"));
      }
      return held != null;
    } finally {
      lock.unlock();
    }
  }

  private static long size(Path path) throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // a fetch renames its files while we count
          }
        });
    return bytes[0];
  }

  private <T> T aloneWith(Path path, SourceListener listener, Use<T> use) throws IOException {
    boolean fresh = !Files.exists(path.resolve("HEAD"));
    try {
      return opened(path, fresh, use);
    } catch (Problem known) {
      throw known;
    } catch (IOException | RuntimeException damage) {
      // no mirror is damaged by a disk that has no room for what is made of it
      if (fresh || Thread.currentThread().isInterrupted() || FullDisk.explains(damage, folder)) {
        throw damage;
      }
      listener.line(
          "the local mirror is damaged (" + damage.getClass().getSimpleName() + "); cloning anew");
      return opened(path, true, use);
    }
  }

  private <T> T opened(Path path, boolean fresh, Use<T> use) throws IOException {
    if (fresh) {
      delete(path);
    } else {
      removeLeftOvers(path);
    }
    try (var repository = new FileRepository(path.toFile())) {
      if (fresh) {
        repository.create(true);
        settle(repository);
      }
      return use.with(repository);
    }
  }

  // no hooks, no rewriting, and redirects only on the first request, where the guard judges them
  private static void settle(Repository repository) throws IOException {
    var config = repository.getConfig();
    config.setBoolean("core", null, "logAllRefUpdates", false);
    config.setString("http", null, "followRedirects", "initial");
    config.setInt("http", null, "maxRedirects", 3);
    config.setString("protocol", null, "version", "2");
    config.setInt("gc", null, "auto", 0); // would run behind our back, without the lock
    config.setInt("gc", null, "autoPackLimit", 0);
    config.setBoolean("gc", null, "autoDetach", false);
    config.save();
    delete(repository.getDirectory().toPath().resolve("hooks"));
  }

  private static void removeLeftOvers(Path path) throws IOException {
    for (var place : new Path[] {path, path.resolve("objects"), path.resolve("objects/pack")}) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      try (var files = Files.newDirectoryStream(place, Mirrors::isLeftOver)) {
        for (var file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
    var refs = path.resolve("refs");
    if (Files.isDirectory(refs)) {
      try (var files = Files.walk(refs)) {
        for (var file : files.filter(f -> f.toString().endsWith(".lock")).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isLeftOver(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(".lock") || name.startsWith("incoming_") || name.startsWith("noz");
  }

  /** Removes a folder with all that is in it, without following links. A missing one is success. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static String nameOf(RepositoryUrl url) {
    return hash(url.identity()).substring(0, 24);
  }

  static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void lockInterruptibly(ReentrantLock lock) throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException(
          "interrupted while another deployment fetched the same repository");
    }
  }

  private static <T> T never() throws IOException {
    throw new IOException("the lock of a mirror was given back while it was held");
  }
}
