package dev.slipway.docker.streams;

import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one thread to another, at most {@value #CAPACITY} of them. A full pipe
 * stops its writer, an empty one its reader; an interrupt ends either's wait with {@link
 * DockerProblem.Cancelled} and loses nothing that is in the pipe.
 *
 * <p>Not {@link java.io.PipedInputStream}: that takes a writer for dead whose thread has ended, and
 * cannot tell a reader that the bytes before were not all.
 */
public final class BytePipe {
  private static final int CAPACITY = 256 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final byte[] ring = new byte[CAPACITY];
  private final InputStream reader = new Reader();
  private final OutputStream writer = new Writer();
  private int first;
  private int count;
  private boolean ended;
  private @Nullable String refusal;
  private @Nullable DockerProblem failure;

  /** Closing it does nothing. */
  public InputStream reader() {
    return reader;
  }

  /** Closing it ends the stream. */
  public OutputStream writer() {
    return writer;
  }

  /** What is in the pipe is forgotten: from now on both sides throw this, also where they wait. */
  public void fail(DockerProblem problem) {
    change(() -> {
      failure = problem;
      count = 0;
    });
  }

  /** Nobody reads any more: the writer gets this as an {@link IOException}. */
  public void refuse(String why) {
    change(() -> {
      refusal = why;
      ended = true;
      count = 0;
    });
  }

  /** No more is written; what is in the pipe can still be read. */
  public void end() {
    change(() -> ended = true);
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      readable.signalAll();
      writable.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private int take(byte[] target, int offset, int length) {
    uninterrupted();
    lock.lock();
    try {
      while (count == 0 && !ended && failure == null) {
        await(readable);
      }
      if (failure != null) {
        throw failure;
      }
      if (count == 0) {
        return -1;
      }
      var taken = Math.min(length, count);
      var straight = Math.min(taken, CAPACITY - first);
      System.arraycopy(ring, first, target, offset, straight);
      System.arraycopy(ring, 0, target, offset + straight, taken - straight);
      first = (first + taken) % CAPACITY;
      count -= taken;
      if (count <= CAPACITY / 2) { // one wake-up for much room, rather than one for each read
        writable.signal();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] source, int offset, int length) throws IOException {
    uninterrupted();
    lock.lock();
    try {
      for (var done = 0; done < length; ) {
        while (count == CAPACITY && refusal == null && failure == null) {
          await(writable);
        }
        if (failure != null) {
          throw failure;
        }
        if (refusal != null || ended) {
          throw new IOException(refusal == null ? "the stream was closed" : refusal);
        }
        done += add(source, offset + done, length - done);
        readable.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private int add(byte[] source, int offset, int length) {
    var added = Math.min(length, CAPACITY - count);
    var at = (first + count) % CAPACITY;
    var straight = Math.min(added, CAPACITY - at);
    System.arraycopy(source, offset, ring, at, straight);
    System.arraycopy(source, offset + straight, ring, 0, added - straight);
    count += added;
    return added;
  }

  private static void await(Condition condition) {
    try {
      condition.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      uninterrupted();
    }
  }

  /** Also who never has to wait must hear that it shall stop. */
  private static void uninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new DockerProblem.Cancelled("interrupted at a stream of a program");
    }
  }

  private final class Reader extends InputStream {
    @Override
    public int read() {
      var one = new byte[1];
      return take(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, target.length);
      return length == 0 ? 0 : take(target, offset, length);
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return count;
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Writer extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      put(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, source.length);
      put(source, offset, length);
    }

    @Override
    public void close() {
      end();
    }
  }
}
