package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which TCP ports a container listens on, by its own kernel tables: the best hint there is when the
 * expected port never opens. Needs {@code cat} in the image; without it nothing is known.
 */
public final class ListeningPorts {
  private static final String LISTEN = "0A";

  /** 127.0.0.11, where the engine's own name server listens in every container. */
  private static final String ENGINE_DNS = "0B00007F";

  private static final Pattern ROW =
      Pattern.compile("^\\s*\\d+: ([0-9A-F]+):([0-9A-F]{4}) \\S+ ([0-9A-F]{2}) .*");
  private static final List<String> TABLES = List.of("cat", "/proc/net/tcp", "/proc/net/tcp6");

  private final DockerEngine engine;

  public ListeningPorts(DockerEngine engine) {
    this.engine = engine;
  }

  /**
   * What is open.
   *
   * @param everywhere ports reachable from outside the container
   * @param loopbackOnly ports bound to 127.0.0.1 or ::1 alone
   */
  public record Open(Set<Integer> everywhere, Set<Integer> loopbackOnly) {
    static final Open UNKNOWN = new Open(Set.of(), Set.of());
  }

  public Open of(String containerId) {
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    try {
      engine.exec(
          containerId,
          TABLES,
          Duration.ofSeconds(2),
          (kind, bytes, from, length) -> tables.write(bytes, from, length));
    } catch (DockerProblem.Cancelled cancelled) {
      throw cancelled;
    } catch (DockerProblem unknown) {
      return Open.UNKNOWN;
    }
    return read(tables.toString(StandardCharsets.US_ASCII));
  }

  static Open read(String tables) {
    Set<Integer> everywhere = new TreeSet<>();
    Set<Integer> loopback = new TreeSet<>();
    tables
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches() && row.group(3).equals(LISTEN))
        .filter(row -> !row.group(1).equals(ENGINE_DNS))
        .forEach(row -> (isLoopback(row) ? loopback : everywhere).add(port(row)));
    loopback.removeAll(everywhere);
    return new Open(everywhere, loopback);
  }

  /** Addresses are printed in the machine's byte order, 32 bits at a time. */
  private static boolean isLoopback(Matcher row) {
    String address = row.group(1);
    return address.equals("0100007F")
        || address.equals("0000000000000000FFFF00000100007F")
        || address.equals("00000000000000000000000001000000");
  }

  private static int port(Matcher row) {
    return Integer.parseInt(row.group(2), 16);
  }
}
