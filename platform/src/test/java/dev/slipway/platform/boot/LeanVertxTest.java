package dev.slipway.platform.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeanVertxTest {
  private static final int KILLED = 137;

  @TempDir private Path temporary;

  /** What is killed with -9. */
  static final class Victim {
    public static void main(String[] args) {
      Vertx.vertx(LeanVertx.options(1));
      Runtime.getRuntime().halt(KILLED);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesNothingInTheTemporaryDirectory() throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Victim.class.getName())
            .inheritIO()
            .start();
    assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(victim.exitValue()).isEqualTo(KILLED);
    assertThat(temporary).isEmptyDirectory();
  }
}
