package dev.slipway.backup.content;

import dev.slipway.contracts.problem.Problem;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What somebody sends in parts, to be read as one stream. One part waits at most while another is
 * read: who sends the next one waits as well. It ends only when its end was told.
 */
final class PartStream extends InputStream {
  private static final int MOST_WAITING = 1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private byte[] part = new byte[0];
  private int position;
  private boolean ended;
  private boolean closed;
  private @Nullable Problem failure;
  private long received;

  /**
   * Takes a part and waits until there is room for the next.
   *
   * @param from its first byte's offset; a part that was taken already is left out
   * @return how many bytes were taken
   * @throws Problem {@code part_out_of_order}, {@code upload_ended} when nobody reads any more
   */
  long put(long from, byte[] bytes) throws InterruptedException {
    lock.lock();
    try {
      if (from + bytes.length <= received) {
        return received;
      }
      if (from != received) {
        throw Problem.conflict(
            "part_out_of_order",
            "The part begins at " + from + ", and " + received + " bytes are here.",
            "Send the dump again, part after part.");
      }
      while (waiting.size() >= MOST_WAITING && !closed) {
        changed.await();
      }
      requireReader();
      waiting.add(bytes);
      received += bytes.length;
      changed.signalAll();
      return received;
    } finally {
      lock.unlock();
    }
  }

  /**
   * That was all.
   *
   * @param bytes how many there were
   */
  void end(long bytes) {
    lock.lock();
    try {
      if (bytes != received) {
        throw Problem.conflict(
            "upload_incomplete",
            "Of " + bytes + " bytes " + received + " are here.",
            "Send the dump again.");
      }
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** There will be no more: the reader fails. */
  void fail(Problem why) {
    lock.lock();
    try {
      failure = why;
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void requireReader() {
    if (closed) {
      throw Problem.conflict(
          "upload_ended",
          "The dump is not taken in any more.",
          "Send it again; the answer to the upload tells what went wrong.");
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    if (count == 0) {
      return 0;
    }
    if (position == part.length && !next()) {
      return -1;
    }
    int read = Math.min(count, part.length - position);
    System.arraycopy(part, position, into, offset, read);
    position += read;
    return read;
  }

  private boolean next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended && failure == null) {
        changed.await();
      }
      Problem why = failure;
      if (why != null) {
        throw why;
      }
      byte[] next = waiting.poll();
      changed.signalAll();
      if (next == null) {
        return false;
      }
      part = next;
      position = 0;
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The backup service stops.", e);
    } finally {
      lock.unlock();
    }
  }

  /** Nobody reads any more; who sends is told. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
