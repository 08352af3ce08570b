package dev.slipway.backup.dump;

import dev.slipway.docker.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that answers line by line, and ends when its input does. */
final class PretendClient implements Program {
  /** What it prints for a line of its input. */
  interface Answers {
    String to(String line);
  }

  private final PipedInputStream printed = new PipedInputStream(1 << 16);
  private final PipedOutputStream out = new PipedOutputStream();
  private final OutputStream in;

  PretendClient(Answers answers) {
    try {
      out.connect(printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in =
        new OutputStream() {
          private final ByteArrayOutputStream line = new ByteArrayOutputStream();

          @Override
          public void write(int next) throws IOException {
            if (next != '\n') {
              line.write(next);
            } else {
              out.write(
                  answers
                      .to(line.toString(StandardCharsets.UTF_8))
                      .getBytes(StandardCharsets.UTF_8));
              line.reset();
            }
          }

          @Override
          public void close() throws IOException {
            out.close();
          }
        };
  }

  @Override
  public String id() {
    return "client";
  }

  @Override
  public OutputStream stdin() {
    return in;
  }

  @Override
  public InputStream stdout() {
    return printed;
  }

  @Override
  public String stderrTail() {
    return "";
  }

  @Override
  public int exitCode(Duration limit) {
    return 0;
  }

  @Override
  public boolean outOfMemory() {
    return false;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
