package dev.slipway.backup.dump;

import java.io.InputStream;
import java.util.List;

/** A dump under way. Closing it ends its tools, whatever they do. */
public interface Dump extends AutoCloseable {

  /** What the tool writes. Its end alone says nothing: {@link #confirm} does. */
  InputStream content();

  /**
   * Once the content has ended: waits for every stage's end and judges it.
   *
   * @throws dev.slipway.contracts.problem.Problem when the dump must not count
   */
  Taken confirm();

  /** After {@link #confirm}: what whoever relies on it should know, in sentences. */
  default List<String> warnings() {
    return List.of();
  }

  @Override
  void close();
}
