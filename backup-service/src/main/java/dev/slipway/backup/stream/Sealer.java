package dev.slipway.backup.stream;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.backup.stream.BackupFormat.Head;
import dev.slipway.contracts.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from a tool's output to a destination: hashed, compressed, sealed, hashed again, stored.
 * What is read is at most {@value #AHEAD} compressed bytes ahead of what is stored; the rest of its
 * memory are some buffers of 256 KiB and zstd's own (10 MiB at level 3, 30 MiB at level 9).
 *
 * <p>Reading and hashing have a thread of their own beside the caller's, who stores. It is a
 * platform thread: a virtual one that computes for minutes keeps all others from its processor.
 * Compressing, the longest of all, is shared by {@value #COMPRESSORS} threads of zstd's.
 */
public final class Sealer {
  /** What zstd takes when nothing is said. */
  public static final int DEFAULT_LEVEL = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
  private static final int AHEAD = 8 << 20;
  private static final int BUFFER = 256 << 10;
  private static final int COMPRESSORS = 2;
  // what one of them takes at a time; zstd's own choice of 8 MiB costs 45 MiB of memory
  private static final int COMPRESSED_AT_ONCE = 1 << 20;
  private static final Duration FAREWELL = Duration.ofSeconds(10);

  private final int level;
  private final Optional<BackupKeys> keys;

  /**
   * Makes one; it may be used for any number of backups at once.
   *
   * @param level of zstd, 1 to 9
   * @param keys the key to seal under; empty for backups that are only compressed
   */
  public Sealer(int level, Optional<BackupKeys> keys) {
    if (level < 1 || level > 9) {
      throw Problem.invalid("level", "is to be between 1 and 9");
    }
    this.level = level;
    this.keys = keys;
  }

  /**
   * Stores what a tool tells, whole or not at all.
   *
   * @param plain read to its end and closed in any case; closing it from another thread must end a
   *     read that waits
   * @param confirmation asked after the end of {@code plain} and before anything is published
   * @param key under which it is to lie at the destination
   * @throws Problem of the destination; {@code source_failed} when {@code plain} cannot be read;
   *     whatever unchecked exception {@code plain} and {@code confirmation} throw
   */
  public Sealed seal(
      InputStream plain, Confirmation confirmation, Destination destination, String key) {
    var sealing = new Sealing(plain, level, keys);
    var thread = Thread.ofPlatform().name("backup-sealing").daemon().unstarted(sealing);
    thread.start();
    try (var content = new Confirmed(sealing.pipe.source(), confirmation)) {
      return sealing.sealed(destination.write(key, content));
    } catch (IOException e) {
      throw new IllegalStateException("closing a pipe does not fail", e);
    } finally {
      sealing.leave(thread);
    }
  }

  /** Ends only when what it was made of counts. */
  private static final class Confirmed extends FilterInputStream {
    private final Confirmation confirmation;
    private boolean confirmed;

    Confirmed(InputStream content, Confirmation confirmation) {
      super(content);
      this.confirmation = confirmation;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      return read < 0 ? end() : read;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int read = super.read(bytes, offset, count);
      return read < 0 ? end() : read;
    }

    private int end() throws IOException {
      if (!confirmed) {
        confirmation.confirm();
        confirmed = true;
      }
      return -1;
    }
  }

  /** One backup on its way. */
  private static final class Sealing implements Runnable {
    private final ChunkPipe pipe = new ChunkPipe(AHEAD);
    private final CompletableFuture<Digest> read = new CompletableFuture<>();
    private final CompletableFuture<Digest> written = new CompletableFuture<>();
    private final InputStream plain;
    private final int level;
    private final Head head;
    private final Optional<SecretKey> key;

    Sealing(InputStream plain, int level, Optional<BackupKeys> keys) {
      this.plain = plain;
      this.level = level;
      var id = keys.map(BackupKeys::currentKeyId); // once: it may be another one in a moment
      key = id.map(current -> key(keys.orElseThrow(), current));
      head = id.map(current -> Head.sealed(current, key.orElseThrow())).orElseGet(Head::plain);
    }

    private static SecretKey key(BackupKeys keys, String id) {
      var key = keys.key(id).orElseThrow(() -> Refusals.keyMissing(id));
      if (key.getEncoded() == null || key.getEncoded().length != BackupFormat.KEY_BYTES) {
        throw new IllegalArgumentException("the key " + id + " has not 32 bytes");
      }
      return key;
    }

    @Override
    public void run() {
      try (plain) {
        write();
      } catch (Throwable e) { // whatever it is, the reader tells it
        pipe.fail(e);
      }
    }

    private void write() throws IOException {
      var sink = pipe.sink();
      var meter = new Meter();
      var stored = meter.before(sink);
      stored.write(head.bytes());
      try (var body = body(stored);
          var frame = compressing(body)) {
        read.complete(copy(plain, frame));
      }
      BackupFormat.writeEnd(stored, meter.digest());
      written.complete(meter.digest());
      sink.close();
    }

    private OutputStream compressing(OutputStream body) throws IOException {
      return new ZstdOutputStreamNoFinalizer(body, level)
          .setChecksum(true)
          .setWorkers(COMPRESSORS)
          .setJobSize(COMPRESSED_AT_ONCE);
    }

    private OutputStream body(OutputStream stored) throws IOException {
      return key.isEmpty() ? stored : StreamCipher.sealing(stored, key.get(), head.bytes());
    }

    private static Digest copy(InputStream from, OutputStream to) throws IOException {
      var meter = new Meter();
      byte[] buffer = new byte[BUFFER];
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        meter.add(buffer, 0, read);
        to.write(buffer, 0, read);
      }
      return meter.digest();
    }

    Sealed sealed(Stored stored) {
      var sent = written.resultNow();
      if (stored.size() != sent.size() || !stored.sha256().equals(Optional.of(sent.sha256()))) {
        throw new IllegalStateException("the destination stored something else than it was given");
      }
      return new Sealed(read.resultNow(), stored, head.keyId());
    }

    /** The other thread ends with the pipe; one that still waits for the tool is told to. */
    void leave(Thread thread) {
      try {
        plain.close();
      } catch (IOException e) {
        LOG.debug("The source was closed with a failure", e);
      }
      try {
        if (!thread.join(FAREWELL)) {
          LOG.warn("A source of a backup does not end although it was closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
