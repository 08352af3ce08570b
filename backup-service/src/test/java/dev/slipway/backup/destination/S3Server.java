package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.net.AddressGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3-compatible server in a process of its own, keeping its objects in a folder. */
final class S3Server implements AutoCloseable {
  static final String BUCKET = "backups";
  private static final Pattern STARTED = Pattern.compile("Started .*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final Process process;
  private final int port;

  private S3Server(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static S3Server start(Path folder) throws IOException {
    var settings = folder.resolve("s3proxy.conf");
    Files.createDirectories(folder.resolve("data").resolve(BUCKET));
    var lines = new ArrayList<String>();
    Map.of(
            "s3proxy.endpoint", "http://127.0.0.1:0",
            "s3proxy.authorization", "aws-v2-or-v4",
            "s3proxy.identity", "who",
            "s3proxy.credential", "knows",
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
    return new S3Server(process, port(process.inputReader()));
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

  int port() {
    return port;
  }

  S3 config(String prefix) {
    return config(port, prefix);
  }

  /** The same through another port. */
  static S3 config(int port, String prefix) {
    return new S3(
        "http://127.0.0.1:" + port, "us-east-1", BUCKET, prefix, "who", new Secret("knows"), true);
  }

  /** Names of objects and of uploads that were never completed. */
  List<String> everything(String prefix) {
    try (var client = client()) {
      var names = new ArrayList<String>();
      client
          .listObjectsV2(list -> list.bucket(BUCKET).prefix(prefix))
          .contents()
          .forEach(object -> names.add(object.key()));
      client
          .listMultipartUploads(list -> list.bucket(BUCKET))
          .uploads()
          .forEach(upload -> names.add("unfinished " + upload.key()));
      names.removeIf(name -> !name.contains(prefix));
      return names;
    }
  }

  private S3Client client() {
    return S3Connection.open(config(""), new AddressGuard(true), Patience.DEFAULT);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
