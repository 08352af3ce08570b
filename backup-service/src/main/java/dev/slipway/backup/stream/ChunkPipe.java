package dev.slipway.backup.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded buffer between one thread that writes and one that reads. The writer waits while it is
 * full, the reader while it is empty; when one of them fails, the other one is told. (The JDK's
 * piped streams look once a second and take a thread that ended for the end of the content.)
 */
final class ChunkPipe {
  private static final int CHUNK = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Chunk> full = new ArrayDeque<>();
  private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
  private final int capacity;
  private boolean ended;
  private boolean abandoned;
  private @Nullable Throwable failure;

  private record Chunk(byte[] bytes, int length) {}

  /**
   * Makes a pipe.
   *
   * @param bytes the most it holds, rounded down to chunks of 256 KiB, and one chunk on each side
   */
  ChunkPipe(int bytes) {
    capacity = Math.max(1, bytes / CHUNK);
  }

  /** Where the writer writes; closing it tells the end. */
  OutputStream sink() {
    return new Sink();
  }

  /** Where the reader reads; closing it before the end fails the writer. */
  InputStream source() {
    return new Source();
  }

  /** Tells the reader that there is no more because of this. */
  void fail(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void abandon() {
    lock.lock();
    try {
      abandoned = true;
      full.clear();
      spare.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private byte[] put(Chunk chunk, boolean last) throws IOException {
    lock.lock();
    try {
      while (full.size() >= capacity && !abandoned) {
        changed.await();
      }
      if (abandoned) {
        throw new IOException("nobody reads any more");
      }
      if (chunk.length() > 0) {
        full.add(chunk);
      }
      ended |= last;
      changed.signalAll();
      var next = spare.poll();
      return next == null ? new byte[last ? 0 : CHUNK] : next;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      lock.unlock();
    }
  }

  /** The next chunk; null at the end. */
  private @Nullable Chunk take(@Nullable Chunk read) throws IOException {
    lock.lock();
    try {
      if (read != null) {
        spare.add(read.bytes());
      }
      while (full.isEmpty() && failure == null && !ended) {
        changed.await();
      }
      var cause = failure;
      if (cause != null) {
        throw rethrown(cause);
      }
      var next = full.poll();
      changed.signalAll();
      return next;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      lock.unlock();
    }
  }

  private static IOException rethrown(Throwable cause) {
    switch (cause) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case IOException io -> {
        return io;
      }
      default -> {
        return new IOException(cause);
      }
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("stopped while waiting");
  }

  private final class Sink extends OutputStream {
    private byte[] chunk = new byte[CHUNK];
    private int length;
    private boolean closed;

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, bytes.length);
      int done = 0;
      while (done < count) {
        int now = Math.min(count - done, CHUNK - length);
        System.arraycopy(bytes, offset + done, chunk, length, now);
        length += now;
        done += now;
        if (length == CHUNK) {
          pass(false);
        }
      }
    }

    private void pass(boolean last) throws IOException {
      chunk = put(new Chunk(chunk, length), last);
      length = 0;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        pass(true);
      }
    }
  }

  private final class Source extends InputStream {
    private @Nullable Chunk chunk;
    private int position;
    private boolean atEnd;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, bytes.length);
      if (count == 0) {
        return 0;
      }
      var now = current();
      if (now == null) {
        return -1;
      }
      int read = Math.min(count, now.length() - position);
      System.arraycopy(now.bytes(), position, bytes, offset, read);
      position += read;
      return read;
    }

    private @Nullable Chunk current() throws IOException {
      var now = chunk;
      if (!atEnd && (now == null || position == now.length())) {
        now = take(now);
        chunk = now;
        position = 0;
        atEnd = now == null;
      }
      return now;
    }

    @Override
    public void close() {
      if (!atEnd) {
        atEnd = true;
        chunk = null;
        abandon();
      }
    }
  }
}
