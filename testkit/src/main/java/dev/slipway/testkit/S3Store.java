package dev.slipway.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real S3-compatible server in a process of its own, on loopback, keeping each object as a file
 * of its key. The program is {@code target/s3proxy/s3proxy.jar} of the module that is tested, or
 * what the property {@code s3proxy.jar} names.
 */
public final class S3Store implements AutoCloseable {
  /** The one bucket it has when it starts. */
  public static final String BUCKET = "backups";

  public static final String ACCESS_KEY = "who";
  public static final String SECRET_KEY = "knows";

  private static final Pattern STARTED = Pattern.compile("Started .*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final Process process;
  private final Path folder;
  private final int port;

  private S3Store(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts one that keeps everything below the folder, and returns when it answers.
   *
   * @throws IOException with what it said when it does not start
   */
  public static S3Store start(Path folder) throws IOException {
    var settings = folder.resolve("s3proxy.conf");
    Files.createDirectories(folder.resolve("data").resolve(BUCKET));
    var lines = new ArrayList<String>();
    Map.of(
            "s3proxy.endpoint", "http://127.0.0.1:0",
            "s3proxy.authorization", "aws-v2-or-v4",
            "s3proxy.identity", ACCESS_KEY,
            "s3proxy.credential", SECRET_KEY,
            "jclouds.provider", "filesystem-nio2",
            "jclouds.identity", "x",
            "jclouds.credential", "x",
            "jclouds.filesystem.basedir", folder.resolve("data").toString())
        .forEach((name, value) -> lines.add(name + "=" + value));
    Files.write(settings, lines);
    var java = ProcessHandle.current().info().command().orElse("java");
    var process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("s3proxy.jar", "target/s3proxy/s3proxy.jar"),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    return new S3Store(process, folder, port(process.inputReader()));
  }

  private static int port(BufferedReader output) throws IOException {
    var told = new ArrayList<String>();
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      told.add(line);
      var started = STARTED.matcher(line);
      if (started.find()) {
        Thread.ofVirtual().start(() -> drain(output));
        return Integer.parseInt(started.group(1));
      }
    }
    throw new IOException("s3proxy did not start: " + told);
  }

  private static void drain(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      return; // it was stopped
    }
  }

  /** Of 127.0.0.1; it speaks plain HTTP. */
  public int port() {
    return port;
  }

  /** The bucket's own folder: who moves it away has a store without that bucket. */
  public Path bucket() {
    return folder.resolve("data").resolve(BUCKET);
  }

  /** The file that is the object of this key, whether it is there or not. */
  public Path file(String key) {
    return bucket().resolve(key);
  }

  /** The keys of all objects below a prefix, and what unfinished uploads left of theirs. */
  public List<String> keys(String prefix) {
    try (Stream<Path> files = Files.walk(bucket())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bucket().relativize(file).toString())
          .filter(key -> key.contains(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
