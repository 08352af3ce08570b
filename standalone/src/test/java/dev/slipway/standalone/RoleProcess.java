package dev.slipway.standalone;

import dev.slipway.platform.cluster.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A role of the platform in a JVM of its own, as {@code ./slipway run ROLE} starts it. */
final class RoleProcess implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Process process;
  private final Path log;
  private final Map<String, String> settings;

  private RoleProcess(Process process, Path log, Map<String, String> settings) {
    this.process = process;
    this.log = log;
    this.settings = settings;
  }

  /** Starts a main class with these settings and a management port of its own. */
  static RoleProcess start(Path folder, Class<?> main, Map<String, String> given) {
    Map<String, String> settings = new TreeMap<>(given);
    settings.putIfAbsent("SLIPWAY_DATA", folder.toString());
    settings.putIfAbsent("SLIPWAY_MANAGEMENT_PORT", String.valueOf(Ports.free()));
    Path log = folder.resolve(main.getSimpleName() + "-" + System.nanoTime() + ".log");
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dvertx.disableDnsResolver=true",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName());
    builder.environment().putAll(settings);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return new RoleProcess(builder.start(), log, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Status and body of a GET on one of its ports; {@code 0} when nobody answers there. */
  record Answer(int status, String body) {}

  /** Asks the port that a setting names. */
  Answer get(String portSetting, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + settings.get(portSetting) + path))
            .timeout(Duration.ofSeconds(5));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return new Answer(0, "");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError("It ended: " + log());
    }
    return get("SLIPWAY_MANAGEMENT_PORT", "/ready").status() == 200;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code SIGTERM}; the exit code, within a minute. */
  int terminate() {
    process.destroy();
    return exitCode();
  }

  int exitCode() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("It did not end: " + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code SIGKILL}. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  static String members(List<Integer> ports) {
    return String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
  }
}
