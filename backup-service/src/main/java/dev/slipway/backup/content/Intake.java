package dev.slipway.backup.content;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.SentDump;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.backup.stream.Digest;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.backup.stream.Opener;
import dev.slipway.backup.stream.Sealed;
import dev.slipway.backup.stream.Sealer;
import dev.slipway.contracts.backup.BackupContract.Receive;
import dev.slipway.contracts.backup.BackupContract.Received;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One dump that is being sent, on its way to its destination. */
final class Intake {
  /** How long its destination has to end by itself once nothing more comes. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final Receive wanted;
  private final String key;
  private final OpenDestinations destinations;
  private final BackupKeys keys;
  private final PartStream parts = new PartStream();
  private final CompletableFuture<Received> received = new CompletableFuture<>();
  private final Instant began = Instant.now();
  private final Thread thread;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile long heardAt = System.nanoTime();

  /**
   * A dump that nothing has come of yet.
   *
   * @param key where it shall lie
   */
  Intake(Receive wanted, String key, OpenDestinations destinations, BackupKeys keys) {
    this.wanted = wanted;
    this.key = key;
    this.destinations = destinations;
    this.keys = keys;
    this.thread = Thread.ofVirtual().name("intake-" + wanted.backupId()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (parts) {
      received.complete(destinations.use(wanted.destinationId(), this::stored));
    } catch (Throwable e) { // whatever it is, who waits for the end tells it
      received.completeExceptionally(e);
    }
  }

  private Received stored(Destination destination) {
    try (var content = new BufferedInputStream(parts, 1 << 16)) {
      content.mark(DumpFile.OPENING);
      byte[] opening = content.readNBytes(DumpFile.OPENING);
      content.reset();
      if (DumpFile.isBackup(opening)) {
        return asItIs(destination, content);
      }
      DumpFile.requireReadable(engine(), opening);
      Optional<BackupKeys> under = wanted.encrypted() ? Optional.of(keys) : Optional.empty();
      SentDump dump = SentDump.of(engine(), content);
      Sealed sealed =
          new Sealer(Sealer.DEFAULT_LEVEL, under)
              .seal(dump.content(), dump::mustBeWhole, destination, key);
      return told(sealed.plain(), sealed.stored(), sealed.keyId().orElse(null));
    } catch (IOException e) {
      throw Problem.unavailable("The dump could not be taken in: " + e.getMessage(), e);
    }
  }

  /** A backup of another installation: read once, from where it lies, it is proven to be whole. */
  private Received asItIs(Destination destination, InputStream content) throws IOException {
    Stored stored = destination.write(key, content);
    try (OpenedBackup opened = new Opener(keys).open(destination.read(key, 0, -1))) {
      Digest plain = opened.readToEnd();
      return told(plain, stored, opened.keyId().orElse(null));
    } catch (IOException | RuntimeException e) {
      destination.remove(key);
      throw e;
    }
  }

  private Received told(Digest plain, Stored stored, @Nullable String keyId) {
    return new Received(
        key,
        new Manifest(
            DumpTool.of(engine()).format(),
            "sent by somebody",
            wanted.version(),
            began,
            new TreeMap<>(),
            new TreeMap<>(),
            plain.size(),
            plain.sha256(),
            stored.size(),
            stored.sha256().orElse(""),
            "zstd",
            keyId,
            Duration.between(began, Instant.now()).toMillis()));
  }

  private DatabaseEngine engine() {
    return DatabaseEngine.valueOf(wanted.engine().toUpperCase(Locale.ROOT));
  }

  /** Takes a part; blocks while there is no room for more. */
  long put(long from, byte[] bytes) throws InterruptedException {
    inside.incrementAndGet();
    try {
      return parts.put(from, bytes);
    } catch (Problem ended) {
      throw cause(ended);
    } finally {
      left();
    }
  }

  /** Whoever sends to one that failed learns why it did. */
  private Problem cause(Problem otherwise) {
    return received.isCompletedExceptionally() && received.exceptionNow() instanceof Problem first
        ? first
        : otherwise;
  }

  /** Waits until it lies at its destination. */
  Received finish(long bytes) throws InterruptedException {
    inside.incrementAndGet();
    try {
      parts.end(bytes);
      return received.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException told
          ? told
          : Problem.unavailable("The dump could not be taken in.", e);
    } finally {
      left();
    }
  }

  private void left() {
    heardAt = System.nanoTime(); // first: for nobody who looks in between is it silent
    inside.decrementAndGet();
  }

  /**
   * Ends it, whatever has come of it, and removes what lies at the destination. Blocks. A thread
   * that its destination holds up is interrupted, and may not have cleared up behind itself then.
   */
  void abandon() throws InterruptedException {
    parts.fail(
        new Problem(
            409,
            "upload_abandoned",
            "The upload was given up",
            "The dump was not sent to its end.",
            "Send it again.",
            List.of(),
            null));
    boolean heldUp = !thread.join(FAREWELL);
    if (heldUp) {
      thread.interrupt();
      thread.join();
    }
    if (heldUp || !received.isCompletedExceptionally()) {
      destinations.use(
          wanted.destinationId(),
          destination -> {
            destination.remove(key);
            return key;
          });
    }
  }

  /** For how long nobody has sent or asked anything; not at all while an answer is waited for. */
  Duration silence() {
    return inside.get() > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - heardAt);
  }

  /** Whether it lies at its destination, or never will. */
  boolean isOver() {
    return received.isDone();
  }
}
