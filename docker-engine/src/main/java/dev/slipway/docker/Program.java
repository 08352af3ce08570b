package dev.slipway.docker;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A program that was started, and its standard streams. Close it, whatever happened: that kills it
 * when it still runs.
 *
 * <p>Streams are bounded: a reader that does not read stops the program, a program that does not
 * read stops the writer. So where a program is both written to and read, these are two threads.
 * They may be used from any thread, one at a time each; a program holds less than 1 MiB of memory
 * here, however much passes through.
 *
 * <p>A blocked read or write whose thread is interrupted throws {@link DockerProblem.Cancelled};
 * the program and what was sent so far stay as they are until {@link #close()}, so that input that
 * was cut short never looks like input that ended.
 */
public interface Program extends AutoCloseable {

  /** The container's id, or that of the call inside a container. */
  String id();

  /**
   * What the program reads. Closing the stream is the end of its input.
   *
   * <p>A write throws {@link java.io.IOException} when the program takes no more: it has ended, and
   * {@link #exitCode} and {@link #stderrTail()} tell why.
   *
   * @throws IllegalStateException when the spec did not ask for it
   */
  OutputStream stdin();

  /**
   * What the program prints. It ends when the program has ended, whatever its exit code; when the
   * engine breaks off or the program is closed before, reads throw the {@link DockerProblem}.
   */
  InputStream stdout();

  /**
   * The last 16 KiB the program printed to stderr so far, without half characters at the beginning.
   * Complete once {@link #stdout()} has ended. It may quote what the program was working on: show
   * it to those who may see that.
   */
  String stderrTail();

  /**
   * Waits for the program's end. Somebody must read {@link #stdout()} meanwhile when there may be
   * more than a few KiB of it.
   *
   * @return its exit code; 128 + n after the signal n, as shells have it
   * @throws DockerProblem.TimedOut when it still runs after the limit; it goes on
   * @throws DockerProblem.EngineDown when the engine broke off before it told
   * @throws DockerProblem.Cancelled when the thread is interrupted, or the program was closed
   */
  int exitCode(Duration limit);

  /**
   * Whether it was killed because its container reached its memory limit; false while it runs. For
   * a program inside a container this tells of the whole container.
   */
  boolean outOfMemory();

  /**
   * Kills the program when it still runs, with its children, and removes its container. When it
   * runs inside another's container, that takes a shell there; without one its input ends and its
   * output goes nowhere. May be called twice, and from any thread; throws nothing: what could not
   * be removed now is found by its labels.
   */
  @Override
  void close();
}
