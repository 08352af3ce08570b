package dev.slipway.docker;

/**
 * Which part of a container's output to stream.
 *
 * @param follow goes on until the container ends
 * @param sinceNanos nanoseconds since 1970, inclusive: a reader that resumes gets the line of that
 *     very moment again; 0 for the beginning
 * @param tail how many of the last lines to begin with, or -1 for all
 * @param timestamps puts the moment each line was printed before it
 */
public record LogRequest(boolean follow, long sinceNanos, int tail, boolean timestamps) {

  /** Everything so far, without timestamps. */
  public static LogRequest all() {
    return new LogRequest(false, 0, -1, false);
  }

  /** Everything from that moment on, with timestamps, until the container ends. */
  public static LogRequest followSince(long nanos) {
    return new LogRequest(true, nanos, -1, true);
  }
}
