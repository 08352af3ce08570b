package dev.slipway.docker.streams;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Program;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A program whose streams and end an engine feeds. */
public abstract class StreamedProgram implements Program {
  private final String what;
  private final @Nullable BytePipe input;
  private final BytePipe output = new BytePipe();
  private final Tail errors = new Tail();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  /**
   * A program that prints nothing yet.
   *
   * @param what it is called in problems
   * @param stdin whether it gets input
   */
  protected StreamedProgram(String what, boolean stdin) {
    this.what = what;
    this.input = stdin ? new BytePipe() : null;
  }

  private record End(int exitCode, boolean outOfMemory) {}

  @Override
  public final OutputStream stdin() {
    if (input == null) {
      throw new IllegalStateException(what + " was started without input");
    }
    return input.writer();
  }

  @Override
  public final InputStream stdout() {
    return output.reader();
  }

  @Override
  public final String stderrTail() {
    return errors.text();
  }

  @Override
  public final int exitCode(Duration limit) {
    try {
      return end.get(limit.toNanos(), TimeUnit.NANOSECONDS).exitCode();
    } catch (TimeoutException e) {
      throw new DockerProblem.TimedOut(what, limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DockerProblem.Cancelled("interrupted while waiting for " + what);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof DockerProblem known
          ? known
          : new DockerProblem.EngineFailed("following " + what + " failed", e.getCause());
    }
  }

  @Override
  public final boolean outOfMemory() {
    return ended() && end.join().outOfMemory();
  }

  /** Whether it ended by itself and that was told. */
  protected final boolean ended() {
    return end.isDone() && !end.isCompletedExceptionally();
  }

  /** Whether nothing more comes, for whatever reason. */
  public final boolean over() {
    return end.isDone();
  }

  // ---- what the engine's side does

  /** What to give to the program, to its end; nothing without stdin. */
  protected final InputStream input() {
    return input == null ? InputStream.nullInputStream() : input.reader();
  }

  /** Where to put what the program prints to stdout; blocks while nobody reads. */
  protected final OutputStream output() {
    return output.writer();
  }

  /** Where to put what the program prints to stderr. */
  protected final OutputStream errors() {
    return errors;
  }

  /** The program reads no more. */
  protected final void refuseInput() {
    if (input != null) {
      input.refuse(what + " takes no more input: it has ended or closed it");
    }
  }

  /** It has ended and all its output was handed over. */
  protected final void ended(int exitCode, boolean outOfMemory) {
    refuseInput();
    if (end.complete(new End(exitCode, outOfMemory))) {
      output.end();
    }
  }

  /** Nothing more will be heard of it: unless it has ended, whoever reads or waits gets this. */
  protected final void brokeOff(DockerProblem problem) {
    if (end.completeExceptionally(problem)) {
      output.fail(problem);
      if (input != null) {
        input.fail(problem);
      }
    }
  }

  /** The caller has closed it: as {@link #brokeOff}. */
  protected final void hungUp() {
    brokeOff(new DockerProblem.Cancelled(what + " was closed while it ran"));
  }
}
