package dev.slipway.backup.dump;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.streams.BytePipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is in an archive while it passes. Each entry at the top of the volume has a digest
 * over all below it: names, kinds, owners, rights, times in seconds, links, attributes and content.
 * However many files there are, no more than {@value #NAMED} digests are kept; what comes after
 * them shares one.
 *
 * <p>Reading an archive has a thread of its own, a platform one: a virtual one that computes for
 * minutes keeps all others from its processor.
 */
final class TarCount implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TarCount.class);
  private static final int NAMED = 100;
  private static final int RIGHTS = 07777;
  private static final String ROOT = ".";
  private static final String REST = "all others";

  private final BytePipe pipe = new BytePipe();
  private final CompletableFuture<Optional<Restored>> found = new CompletableFuture<>();
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final SortedMap<String, MessageDigest> digests = new TreeMap<>();
  private final byte[] buffer = new byte[64 << 10];

  TarCount() {
    for (String kind : new String[] {"files", "directories", "links", "others", "bytes"}) {
      counts.put(kind, 0L);
    }
    Thread.ofPlatform().name("tar-count").daemon().start(this::read);
  }

  /** The next bytes of the archive; waits while the counting is behind. */
  void add(byte[] bytes, int offset, int length) throws IOException {
    pipe.writer().write(bytes, offset, length);
  }

  /** Those were all. */
  void end() {
    pipe.end();
  }

  /**
   * Waits for what was counted.
   *
   * @return empty when it was no whole archive
   */
  Optional<Restored> finish() {
    pipe.end();
    try {
      return found.get();
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an archive could not be counted", e.getCause());
    }
  }

  @Override
  public void close() {
    pipe.fail(new DockerProblem.Cancelled("the archive is not read any more"));
  }

  private void read() {
    try {
      found.complete(counted());
    } catch (IOException | IllegalArgumentException notReadable) {
      LOG.debug("What tar wrote is no archive", notReadable);
      leave();
      found.complete(Optional.empty());
    } catch (Throwable e) { // whatever it is, who writes or waits for the counts is told
      close();
      found.completeExceptionally(e);
    }
  }

  /** Whoever writes it goes on to its end: that tells more than a broken pipe. */
  private void leave() {
    try {
      pipe.reader().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException | DockerProblem closed) {
      LOG.debug("Nobody writes the archive any more", closed);
    }
  }

  private Optional<Restored> counted() throws IOException {
    InputStream archive = pipe.reader();
    var tar = new TarArchiveInputStream(archive, StandardCharsets.UTF_8.name());
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      add(entry, tar);
    }
    archive.transferTo(java.io.OutputStream.nullOutputStream());
    SortedMap<String, String> told = new TreeMap<>();
    digests.forEach((name, digest) -> told.put(name, HexFormat.of().formatHex(digest.digest())));
    return told.isEmpty() ? Optional.empty() : Optional.of(new Restored(counts, told));
  }

  private void add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    String path = path(entry);
    char kind = kind(entry);
    switch (kind) {
      case '-', 'h' -> count("files", 1);
      case 'd' -> count("directories", 1);
      case 'l' -> count("links", 1);
      default -> count("others", 1);
    }
    String content = "";
    if (kind == '-') {
      content = content(tar);
      count("bytes", entry.getRealSize());
    }
    digest(top(path)).update(line(entry, path, kind, content).getBytes(StandardCharsets.UTF_8));
  }

  private void count(String what, long more) {
    counts.merge(what, more, Long::sum);
  }

  private static String path(TarArchiveEntry entry) {
    String path = entry.getName();
    int from = path.startsWith("./") ? 2 : 0;
    int to = path.length();
    while (to > from && path.charAt(to - 1) == '/') {
      to--;
    }
    return to <= from ? ROOT : path.substring(from, to);
  }

  private static String top(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /** Sorted names come in order, so those named here are the same of two equal volumes. */
  private MessageDigest digest(String top) {
    MessageDigest known = digests.get(top);
    return known != null
        ? known
        : digests.computeIfAbsent(digests.size() < NAMED ? top : REST, first -> sha256());
  }

  private static char kind(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return 'd';
    }
    if (entry.isSymbolicLink()) {
      return 'l';
    }
    if (entry.isLink()) {
      return 'h';
    }
    if (entry.isCharacterDevice()) {
      return 'c';
    }
    if (entry.isBlockDevice()) {
      return 'b';
    }
    return entry.isFIFO() ? 'p' : '-';
  }

  private String content(TarArchiveInputStream tar) throws IOException {
    var content = new DigestInputStream(tar, sha256());
    while (content.read(buffer) >= 0) {
      // only its hash counts
    }
    return HexFormat.of().formatHex(content.getMessageDigest().digest());
  }

  /** No name holds the character that parts the fields. */
  private static String line(TarArchiveEntry entry, String path, char kind, String content) {
    var line =
        new StringBuilder()
            .append(kind)
            .append('\0')
            .append(path)
            .append('\0')
            .append(entry.getMode() & RIGHTS)
            .append('\0')
            .append(entry.getLongUserId())
            .append('\0')
            .append(entry.getLongGroupId())
            .append('\0')
            .append(entry.getLastModifiedTime().toInstant().getEpochSecond())
            .append('\0')
            .append(entry.getLinkName())
            .append('\0')
            .append(content);
    if (kind == 'c' || kind == 'b') {
      line.append('\0').append(entry.getDevMajor()).append('\0').append(entry.getDevMinor());
    }
    for (Map.Entry<String, String> more : new TreeMap<>(entry.getExtraPaxHeaders()).entrySet()) {
      if (more.getKey().startsWith("SCHILY.")) {
        line.append('\0').append(more.getKey()).append('=').append(more.getValue());
      }
    }
    return line.append('\n').toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
