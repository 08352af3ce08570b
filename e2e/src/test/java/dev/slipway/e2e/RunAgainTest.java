package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./slipway run} does with the ends of a process. */
final class RunAgainTest {
  private static final String SUPERVISE =
      """
      SLIPWAY_HOME=$1
      for part in lib processes; do . "$SLIPWAY_HOME/scripts/$part.sh"; done
      start_while_it_rejoins bash -c "$2"
      """;

  @TempDir private Path folder;

  private Shell.Outcome supervise(String process) {
    return Shell.tryRun(
        folder,
        Map.of(),
        Duration.ofMinutes(1),
        List.of("bash", "-uc", SUPERVISE, "bash", SlipwayHost.home().toString(), process));
  }

  private List<String> lives() throws IOException {
    return Files.readAllLines(folder.resolve("lives"));
  }

  @Test
  void aProcessThatWantsToJoinAnewIsStartedAgainAndAnyOtherEndIsTheEnd() throws IOException {
    Shell.Outcome outcome =
        supervise("echo life >>lives; [ $(wc -l <lives) = 1 ] && exit 75; exit 7");
    assertThat(outcome.code()).as(outcome.output()).isEqualTo(7);
    assertThat(lives()).hasSize(2);
    assertThat(outcome.output()).contains("starting it again in 1 s");
  }

  @Test
  void aSignalIsPassedOnAndEndsItForGood() throws IOException {
    Shell.Outcome outcome =
        supervise(
            "echo life >>lives; trap 'echo asked to go; exit 75' TERM; kill $PPID;"
                + " while :; do sleep 0.1; done");
    assertThat(outcome.code()).as(outcome.output()).isEqualTo(75);
    assertThat(outcome.output()).contains("asked to go");
    assertThat(lives()).hasSize(1);
  }
}
