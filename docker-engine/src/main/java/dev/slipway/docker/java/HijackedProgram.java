package dev.slipway.docker.java;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.streams.StreamedProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program on the other end of a connection to the engine: one thread carries its input there,
 * another its output here. Neither is ever the caller's: an interrupt closes a connection somebody
 * waits at, and the program would take that for the end of its input.
 */
final class HijackedProgram extends StreamedProgram {
  private static final Logger LOG = LoggerFactory.getLogger(HijackedProgram.class);
  private static final int BUFFER = 64 * 1024;
  private static final Duration LAST_CALL = Duration.ofSeconds(5);

  private final String id;
  private final Life life;
  private final EngineHttp.Reply streams;
  private final Thread reader;
  private final Thread writer;
  private final AtomicBoolean closed = new AtomicBoolean();

  HijackedProgram(String id, Life life, EngineHttp.Reply streams, boolean stdin) {
    super("program " + id.substring(0, Math.min(12, id.length())), stdin);
    this.id = id;
    this.life = life;
    this.streams = streams;
    this.reader = thread("program-output-" + id, this::read);
    this.writer = thread("program-input-" + id, this::write);
  }

  /**
   * A platform thread waits for the next bytes in the kernel. A virtual one is parked and woken for
   * every 32 KiB, which doubles what a gigabyte costs; programs are few enough for the other.
   */
  private static Thread thread(String name, Runnable body) {
    return Thread.ofPlatform().daemon().name(name).unstarted(body);
  }

  /** How a program ends: by itself or by us. */
  interface Life {
    /** How it ended. */
    record End(int exitCode, boolean outOfMemory) {}

    /** Waits for the end of a program whose output has ended. */
    End await() throws IOException;

    /** Removes what is left of a program that has ended. */
    void bury();

    /** Kills it, and removes what is left of it. */
    void kill();

    /** Gives its own connections back. */
    void release();
  }

  HijackedProgram begin(boolean stdin) {
    reader.start();
    if (stdin) {
      writer.start();
    }
    return this;
  }

  @Override
  public String id() {
    return id;
  }

  /** Hangs up only after an end: before, the program would see that as the end of its input. */
  private void read() {
    try {
      Frames.pieces(streams.body(), this::hand);
      var end = life.await();
      life.bury();
      ended(end.exitCode(), end.outOfMemory());
      streams.close();
      life.release();
    } catch (IOException e) {
      brokeOff(streams.explain(e));
    } catch (DockerProblem e) {
      brokeOff(e);
    } catch (RuntimeException e) {
      LOG.warn("reading what a program prints", e);
      brokeOff(new DockerProblem.EngineFailed("the output cannot be read: " + e, e));
    }
  }

  private void hand(OutputKind kind, byte[] bytes, int offset, int length) {
    try {
      (kind == OutputKind.STDERR ? errors() : output()).write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write() {
    var buffer = new byte[BUFFER];
    var wire = streams.wire();
    try {
      var input = input();
      for (var count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        wire.out().write(buffer, 0, count);
      }
      wire.finishOutput();
    } catch (IOException e) {
      LOG.debug("a program takes no more input", e);
      refuseInput();
    } catch (DockerProblem e) {
      LOG.debug("the input of a program broke off", e);
    }
  }

  /** Kills before it gives the connection back: the program must not see an end of its input. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    var interrupted = Thread.interrupted();
    try {
      hungUp();
      if (!ended()) {
        life.kill();
      }
      streams.close();
      life.release();
      if (Thread.currentThread() != reader && !reader.join(LAST_CALL)) {
        LOG.warn("the reader of program {} does not give up", id);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
