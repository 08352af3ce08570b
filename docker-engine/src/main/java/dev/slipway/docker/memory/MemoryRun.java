package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.streams.StreamedProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A {@link MemoryProgram} that was started, on a virtual thread of its own. */
final class MemoryRun extends StreamedProgram {
  private static final Duration LAST_CALL = Duration.ofSeconds(5);
  private static final int KILLED = 137;

  private final String id;
  private final Shell shell;
  private final Thread body;
  private final AtomicBoolean finished = new AtomicBoolean();
  private volatile boolean lost;

  /** What it runs in. */
  interface Shell {
    /** It has ended; called once. */
    void end(int code);

    /** Nobody needs what is left of it. */
    void remove();
  }

  /** Does not run yet. */
  MemoryRun(
      String id,
      boolean stdin,
      Shell shell,
      MemoryProgram program,
      List<String> command,
      Map<String, String> env) {
    super("program " + id, stdin);
    this.id = id;
    this.shell = shell;
    this.body =
        Thread.ofVirtual().name("memory-program").unstarted(() -> play(program, command, env));
  }

  MemoryRun begin() {
    body.start();
    return this;
  }

  @Override
  public String id() {
    return id;
  }

  private void play(MemoryProgram program, List<String> command, Map<String, String> env) {
    try {
      finish(program.run(command, env, input(), new Unclosable(output()), errors()), false);
    } catch (OutOfMemoryError e) {
      finish(KILLED, true);
    } catch (Exception e) {
      complain(e);
      finish(1, false);
    }
  }

  private void complain(Exception e) {
    try {
      errors().write((e + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What it runs in has ended from outside. */
  void killed(int code) {
    finish(code, false);
    if (Thread.currentThread() != body) {
      body.interrupt();
    }
  }

  private void finish(int code, boolean outOfMemory) {
    if (finished.compareAndSet(false, true)) {
      shell.end(code);
      if (!lost) { // nobody hears of its end, so nobody removes it
        shell.remove();
      }
      ended(code, outOfMemory);
    }
  }

  /** The engine is gone, the program goes on. */
  void lost() {
    lost = true;
    brokeOff(new DockerProblem.EngineDown("the engine is not reachable", null));
  }

  @Override
  public void close() {
    hungUp();
    body.interrupt();
    var interrupted = Thread.interrupted();
    try {
      if (Thread.currentThread() != body) {
        body.join(LAST_CALL);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      finish(KILLED, false);
      shell.remove();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A program that closes its output has not ended by that. */
  private static final class Unclosable extends OutputStream {
    private final OutputStream out;

    Unclosable(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
    }
  }
}
