package dev.slipway.docker.memory;

import dev.slipway.docker.OutputKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An image of the {@link MemoryEngine}: what its containers do.
 *
 * @param behaviour what a container does once it runs
 * @param exposedPorts the ports the image declares
 * @param labels the image's labels
 * @param exec what a command run inside answers
 */
public record MemoryImage(
    Behaviour behaviour,
    List<Integer> exposedPorts,
    Map<String, String> labels,
    Function<List<String>, ExecAnswer> exec) {

  public MemoryImage {
    exposedPorts = List.copyOf(exposedPorts);
    labels = Map.copyOf(labels);
  }

  /** What a container does. */
  public sealed interface Behaviour {}

  /**
   * Serves HTTP on the port (or on the one its environment names as PORT) after a while.
   *
   * @param status of every answer
   * @param body of every answer; {@code ${NAME}} becomes the container's environment variable NAME
   * @param startsAfter until then the port is closed
   */
  public record Web(int port, int status, String body, Duration startsAfter) implements Behaviour {}

  /** Runs and never opens a port. */
  public record Silent() implements Behaviour {}

  /** Prints its lines and ends at once. */
  public record Exits(int code, List<Line> lines) implements Behaviour {
    public Exits {
      lines = List.copyOf(lines);
    }
  }

  /** Something printed. */
  public record Line(OutputKind kind, String text) {}

  /** What a command run inside a container prints and returns. */
  public record ExecAnswer(int exitCode, List<Line> lines) {
    public ExecAnswer {
      lines = List.copyOf(lines);
    }
  }

  /** Answers 200 and this body on every path. */
  public static MemoryImage web(int port, String body) {
    return of(new Web(port, 200, body, Duration.ZERO), List.of(port));
  }

  /** Opens its port only after a while. */
  public static MemoryImage slow(int port, String body, Duration startsAfter) {
    return of(new Web(port, 200, body, startsAfter), List.of(port));
  }

  /** Answers 500 on every path. */
  public static MemoryImage unhealthy(int port) {
    return of(new Web(port, 500, "broken", Duration.ZERO), List.of(port));
  }

  /** Runs and never opens a port. */
  public static MemoryImage silent() {
    return of(new Silent(), List.of());
  }

  /** Prints these lines to its standard output and ends with this code. */
  public static MemoryImage exits(int code, String... lines) {
    var printed = List.of(lines).stream().map(text -> new Line(OutputKind.STDOUT, text)).toList();
    return of(new Exits(code, printed), List.of());
  }

  /** An image with this behaviour, without labels, whose commands print nothing and succeed. */
  public static MemoryImage of(Behaviour behaviour, List<Integer> exposedPorts) {
    return new MemoryImage(
        behaviour, exposedPorts, Map.of(), command -> new ExecAnswer(0, List.of()));
  }

  /** The same with these labels instead. */
  public MemoryImage withLabels(Map<String, String> newLabels) {
    return new MemoryImage(behaviour, exposedPorts, newLabels, exec);
  }

  /** The same with this answer to commands run inside. */
  public MemoryImage withExec(Function<List<String>, ExecAnswer> answer) {
    return new MemoryImage(behaviour, exposedPorts, labels, answer);
  }
}
