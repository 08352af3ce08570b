package dev.slipway.platform.cluster;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.bus.Bell;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A member in a JVM of its own: it answers with its name, and prints the bells it hears. */
final class AnsweringProcess implements AutoCloseable {
  static final Ask<Who, Who> WHO =
      new Ask<>("test.who", 1, Who.class, Who.class, Duration.ofSeconds(2));
  static final Bell<Who> BELL = new Bell<>("test.bell", 1, Who.class);

  private final Process process;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  record Who(String name) {}

  private AnsweringProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  public static void main(String[] args) throws InterruptedException {
    List<Integer> ports = Arrays.stream(args).skip(2).map(Integer::valueOf).distinct().toList();
    Member member = Member.join(args[0], args[1], ports.getFirst(), ports);
    new BusProbe(member.cluster(), member.bus(), args[1]).start().await();
    member.bus().hear(BELL, bell -> System.out.println(bell.name())).await();
    member.bus().answer(WHO, asked -> Future.succeededFuture(new Who(args[1]))).await();
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }

  /** Starts one and returns when it answers. */
  static AnsweringProcess start(String cluster, String name, int port, List<Integer> ports) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                AnsweringProcess.class.getName(),
                cluster,
                name,
                String.valueOf(port)));
    ports.forEach(one -> command.add(String.valueOf(one)));
    try {
      var process =
          new AnsweringProcess(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
      process.expect("ready");
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      said.add("the end: " + e.getMessage());
    }
  }

  /** Waits for a line, a minute at most. */
  void expect(String line) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < until) {
      if (hears(line, 100)) {
        return;
      }
    }
    throw new AssertionError("It never said '" + line + "'");
  }

  /** Whether the next line, if one comes in time, is this one. */
  boolean hears(String line, long millis) {
    try {
      return line.equals(said.poll(millis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code KILL}, {@code STOP}, {@code CONT}. */
  void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill ended with " + code);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
