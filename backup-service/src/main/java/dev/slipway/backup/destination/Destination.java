package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A place where backups lie. Calls block, for as long as the place is reached and goes on: a
 * virtual thread's work. One destination may be used by several threads at once.
 *
 * <p>A key is a path of 1 to 512 characters whose parts consist of letters, digits and {@code
 * ._-+=@}, begin with no dot and have between 1 and 200 characters; anything else is refused with
 * {@code invalid_request}.
 *
 * <p>Failures are a {@link Problem} with one of these codes: {@code destination_denied} (who or
 * what is not accepted), {@code destination_missing} (no such bucket or directory), {@code
 * destination_unreachable} (nobody there, or the connection broke), {@code destination_timeout} (it
 * stands still), {@code destination_failed} (it says that it cannot), {@code destination_mismatch}
 * (what lies there is not what was sent), {@code disk_full}, {@code object_missing} (nothing under
 * this key), {@code object_too_large}, {@code address_refused} and {@code host_unknown} (see {@link
 * dev.slipway.platform.net.AddressGuard}), {@code host_key_unknown} and {@code host_key_changed}
 * (SFTP), {@code endpoint_insecure} (S3).
 */
public interface Destination extends AutoCloseable {

  /**
   * Writes an object, whole or not at all: readers see it only once it is complete, and an older
   * one under the same key until then. Nothing is published before the content has told its end, so
   * content that must not count throws instead of ending. What unfinished writes of this key left
   * behind is removed.
   *
   * @param content of a size unknown in advance, read to its end and not closed; at most 32 MiB of
   *     it are in memory
   * @return what lies there now, proven to be what was read
   * @throws Problem as above; {@code source_failed} when the content cannot be read. An unchecked
   *     exception of the content comes out as it is.
   */
  Stored write(String key, InputStream content);

  /**
   * Reads an object or a part of it. The stream ends only where the part ends: an object that turns
   * out shorter, changes or cannot be read any more throws a {@link Problem} from {@code read}.
   *
   * @param from the first byte's offset, 0 to the object's size
   * @param length in bytes, -1 for all up to the end; what lies behind the end is left out
   * @throws Problem {@code object_missing} and as above
   */
  InputStream read(String key, long from, long length);

  /** What lies under this key, if anything complete does. */
  Optional<Stored> look(String key);

  /**
   * The complete objects whose keys begin with this text (which may be empty), by key.
   *
   * @return at most {@value #MOST_LISTED}; a place with more of them is a {@link Problem} {@code
   *     destination_failed}
   */
  List<Stored> list(String prefix);

  /** The most objects that are listed at once. */
  int MOST_LISTED = 100_000;

  /** Removes an object. That it is gone already is fine. */
  void remove(String key);

  /**
   * Tries the connection: writes a small object, reads it back and removes it.
   *
   * @throws Problem as above, telling what is wrong and the remedy
   */
  void check();

  /** Ends its connections; streams that are still being read fail. */
  @Override
  void close();
}
