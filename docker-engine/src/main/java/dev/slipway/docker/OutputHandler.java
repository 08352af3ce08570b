package dev.slipway.docker;

/** Takes what a process prints, as bytes. */
@FunctionalInterface
public interface OutputHandler {

  /**
   * One frame as the engine wrote it: with the json-file driver a line with its line end, or 16 KiB
   * of a longer one; with timestamps asked for, each begins with RFC 3339 nanoseconds and a blank.
   * The array is reused after the call, so copy what must stay. Blocking here holds the engine
   * back.
   */
  void frame(OutputKind kind, byte[] bytes, int offset, int length);
}
