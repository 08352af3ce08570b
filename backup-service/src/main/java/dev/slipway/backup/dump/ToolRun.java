package dev.slipway.backup.dump;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Program;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** One tool at work. Its end is judged by its exit code, never by the end of what it prints. */
public final class ToolRun implements AutoCloseable {
  private static final int CHUNK = 128 << 10;

  private final String name;
  private final Program program;
  private final Complaints failures;
  private final Watchdog watchdog;
  private final Duration patience;
  private final InputStream stdout;

  ToolRun(String name, Program program, Complaints failures, Watchdog watchdog, Duration patience) {
    this.name = name;
    this.program = program;
    this.failures = failures;
    this.watchdog = watchdog;
    this.patience = patience;
    this.stdout = new Told(program.stdout());
  }

  /** What it prints; reading it counts as a sign of life. Closing it ends the tool. */
  public InputStream stdout() {
    return stdout;
  }

  OutputStream stdin() {
    return program.stdin();
  }

  /** A sign of life. */
  void alive() {
    watchdog.touch();
  }

  /**
   * Gives it all of this as its input, and waits for its end. Input that cannot be read to its end
   * is never ended: the tool is killed, not told that this was all.
   *
   * @return what it printed, its last 16 KiB
   */
  String feed(InputStream content) throws IOException {
    var said = new Tail();
    Thread listener = Thread.ofVirtual().name("tool-output").start(() -> said.readAll(stdout));
    boolean refused = false;
    try {
      byte[] chunk = new byte[CHUNK];
      for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
        refused = refused || !taken(chunk, read);
        alive();
      }
    } catch (IOException | RuntimeException e) {
      program.close();
      throw e;
    }
    if (!refused) {
      end();
    }
    join(listener);
    mustSucceed();
    return said.text();
  }

  /** False when it takes no more; its exit code tells whether that is well. */
  private boolean taken(byte[] chunk, int length) {
    try {
      program.stdin().write(chunk, 0, length);
      return true;
    } catch (IOException ended) {
      return false;
    }
  }

  /** The end of its input. */
  void end() {
    try {
      program.stdin().close();
    } catch (IOException ended) {
      watchdog.touch(); // it has ended before: its exit code is looked at next
    }
  }

  private static void join(Thread listener) throws IOException {
    try {
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException();
    }
  }

  /**
   * Waits for its end.
   *
   * @throws dev.slipway.contracts.problem.Problem when it did not end well
   */
  public void mustSucceed() {
    exitCode(0);
  }

  /**
   * Waits for its end.
   *
   * @param alsoWell an exit code that is no failure either
   * @return 0 or that code
   * @throws dev.slipway.contracts.problem.Problem for any other
   */
  int exitCode(int alsoWell) {
    int code;
    try {
      code = program.exitCode(patience);
    } catch (DockerProblem.Cancelled closed) {
      watchdog.mustBeCalm(name);
      throw closed;
    }
    watchdog.mustBeCalm(name);
    if (code != 0 && code != alsoWell) {
      throw failures.of(name, code, program.stderrTail(), program.outOfMemory());
    }
    return code;
  }

  /** It told that it is refused, and goes on. */
  RuntimeException refused(String said) {
    program.close();
    return failures.of(name, 1, said, false);
  }

  /** The end of what it prints came too early, whatever its exit code. */
  RuntimeException tooEarly(String missing) {
    mustSucceed();
    return failures.of(name, 0, missing + "\n" + program.stderrTail(), false);
  }

  String stderr() {
    return program.stderrTail();
  }

  String name() {
    return name;
  }

  @Override
  public void close() {
    program.close();
  }

  /** Whoever reads learns of a tool that was stopped for standing still. */
  private final class Told extends FilterInputStream {
    Told(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      try {
        int read = super.read(bytes, offset, count);
        alive();
        return read;
      } catch (DockerProblem | IOException e) {
        watchdog.mustBeCalm(name);
        throw e;
      }
    }

    @Override
    public void close() {
      program.close();
    }
  }
}
