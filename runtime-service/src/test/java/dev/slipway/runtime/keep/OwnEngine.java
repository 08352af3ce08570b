package dev.slipway.runtime.keep;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * An engine of a test's own, so that everything on it can be listed and compared: on a shared one
 * strangers come and go in between. Needs root and {@code dockerd}.
 */
final class OwnEngine implements AutoCloseable {
  final String host;
  private final Process process;

  OwnEngine(Path folder) throws IOException {
    host = "unix://" + folder.resolve("docker.sock");
    process =
        new ProcessBuilder(
                // told to do without a bridge, an engine removes docker0, which is the host's own
                "unshare",
                "--net",
                "sh",
                "-c",
                "ip link set lo up && exec dockerd \"$@\"",
                "dockerd",
                "--host=" + host,
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> Files.exists(folder.resolve("docker.sock")) && answers());
  }

  private boolean answers() throws IOException, InterruptedException {
    return run(List.of("docker", "-H", host, "version"), null).code() == 0;
  }

  private record Ended(int code, String said) {}

  String docker(String... arguments) throws IOException, InterruptedException {
    return docker(null, arguments);
  }

  /** Runs a docker command with this file as its input. */
  String docker(@org.jspecify.annotations.Nullable Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host));
    command.addAll(List.of(arguments));
    Ended ended = run(command, input);
    if (ended.code() != 0) {
      throw new IOException(command + ": " + ended.said());
    }
    return ended.said();
  }

  private static Ended run(List<String> command, @org.jspecify.annotations.Nullable Path input)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process started = builder.start();
    String said =
        new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(started.waitFor(), said);
  }

  /** Everything there is, one line each. */
  TreeSet<String> everything() throws IOException, InterruptedException {
    TreeSet<String> all = new TreeSet<>();
    add(
        all,
        "image",
        docker("image", "ls", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"));
    add(all, "container", docker("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"));
    add(all, "volume", docker("volume", "ls", "--format", "{{.Name}}"));
    add(all, "network", docker("network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}"));
    add(
        all,
        "cache",
        docker("system", "df", "-v", "--format", "{{range .BuildCache}}{{.ID}}\n{{end}}"));
    return all;
  }

  private static void add(TreeSet<String> all, String kind, String lines) {
    lines.lines().filter(line -> !line.isBlank()).forEach(line -> all.add(kind + " " + line));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
