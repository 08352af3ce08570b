package dev.slipway.backup.dump;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A server's own client that is asked one thing after the other on one connection. */
final class Session implements AutoCloseable {
  private static final int LONGEST_LINE = 64 << 10;
  private static final int MOST_LINES = 1_000_000;
  private static final String MARK = "slipway-mark";

  private final ToolRun run;
  private final InputStream out;
  private final String echo;
  private final Predicate<String> refusal;

  /**
   * A session with this client.
   *
   * @param echo the client's statement that prints a text, {@code %s}
   */
  Session(ToolRun run, String echo) {
    this(run, echo, line -> false);
  }

  /**
   * The same with a client that goes on after a refusal, and then does not even echo.
   *
   * @param refusal whether a line is one
   */
  Session(ToolRun run, String echo, Predicate<String> refusal) {
    this.run = run;
    this.refusal = refusal;
    this.out = new BufferedInputStream(run.stdout());
    this.echo = echo.formatted(MARK);
  }

  /** Sends statements and waits for what they print, line by line. */
  List<String> ask(String statements) {
    List<String> lines = new ArrayList<>();
    try {
      send(statements + "\n" + echo + "\n");
      for (String line = line(); !line.equals(MARK); line = line()) {
        if (refusal.test(line)) {
          throw run.refused(line);
        }
        if (!line.isEmpty()) {
          lines.add(line);
        }
        if (lines.size() > MOST_LINES) {
          throw run.tooEarly("It printed more than " + MOST_LINES + " lines.");
        }
      }
      return lines;
    } catch (IOException e) {
      throw run.tooEarly("Its output broke off: " + e.getMessage());
    }
  }

  /** The one line that an answer consists of. */
  String one(String statements) {
    List<String> lines = ask(statements);
    if (lines.size() != 1) {
      throw run.tooEarly("It answered " + lines.size() + " lines instead of one.");
    }
    return lines.getFirst();
  }

  private void send(String text) {
    try {
      run.stdin().write(text.getBytes(StandardCharsets.UTF_8));
      run.stdin().flush();
    } catch (IOException ended) {
      throw run.tooEarly("It takes no more statements.");
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = out.read(); next != '\n'; next = out.read()) {
      if (next < 0) {
        throw run.tooEarly("It ended before its answer.");
      }
      if (line.size() >= LONGEST_LINE) {
        throw run.tooEarly("It printed a line of more than " + LONGEST_LINE + " bytes.");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  ToolRun run() {
    return run;
  }

  /** Ends the client in good order. */
  void leave() {
    run.end();
    new Tail().readAll(run.stdout());
    run.mustSucceed();
  }

  @Override
  public void close() {
    run.close();
  }
}
