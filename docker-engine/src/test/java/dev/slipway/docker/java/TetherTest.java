package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program does not outlive the process that started it. */
class TetherTest {
  @TempDir Path folder;

  private Process start(Path scratch, String... program) throws IOException {
    return new ProcessBuilder(Tether.around(List.of(program), scratch)).start();
  }

  @Test
  void whoseStarterIsGoneEndsAndLeavesNothing() throws Exception {
    var scratch = Files.createDirectory(folder.resolve("scratch"));
    Files.writeString(scratch.resolve("id"), "sha256:");
    var process = start(scratch, "sleep", "31536000");
    await().atMost(Duration.ofSeconds(10)).until(() -> process.descendants().count() == 2);
    var all = process.descendants().toList();

    // what the kernel does when the starter is killed
    process.getOutputStream().close();

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    await().atMost(Duration.ofSeconds(10)).until(() -> all.stream().noneMatch(p -> p.isAlive()));
    assertThat(scratch).doesNotExist();
  }

  @Test
  void whoIgnoresTheRequestIsKilled() throws Exception {
    var scratch = Files.createDirectory(folder.resolve("deaf"));
    var process =
        start(scratch, "sh", "-c", "trap '' TERM; : >" + scratch + "/deaf; exec sleep 31536000");
    await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(scratch.resolve("deaf")));
    var all = process.descendants().toList();
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(Duration.ofSeconds(10)).until(() -> all.stream().noneMatch(p -> p.isAlive()));
  }

  @Test
  void whoEndsTellsItsCodeAndKeepsItsFiles() throws Exception {
    var scratch = Files.createDirectory(folder.resolve("kept"));
    var process = start(scratch, "sh", "-c", "echo out; echo err >&2; exit 7");
    var guard = process.descendants().toList();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("out\n");
    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("err\n");
    assertThat(process.waitFor()).isEqualTo(7);
    assertThat(scratch).exists();
    await().atMost(Duration.ofSeconds(10)).until(() -> guard.stream().noneMatch(p -> p.isAlive()));
  }
}
