package dev.slipway.platform.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class BootTest {
  @Test
  void shutdownGoesThroughItsStepsInOrderWhateverTheyDo() {
    List<String> story = new CopyOnWriteArrayList<>();
    ShutdownScript script =
        new ShutdownScript()
            .step(
                "first",
                Duration.ofSeconds(1),
                () -> {
                  story.add("first");
                  return Future.succeededFuture();
                })
            .step("late", Duration.ofMillis(20), () -> Promise.promise().future())
            .step(
                "failing",
                Duration.ofSeconds(1),
                () -> {
                  throw new IllegalStateException("injected");
                })
            .blockingStep("last", Duration.ofSeconds(1), () -> story.add("last"));
    script.run();
    script.run();
    assertThat(story).containsExactly("first", "last");
  }

  @Test
  void readyMeansEverythingIsThereAndNothingEnds() {
    Readiness readiness = new Readiness("database", "bus");
    readiness.reached("bus");
    assertThat(readiness.isReady()).isFalse();
    assertThat(readiness.missing()).isEqualTo("database");
    readiness.reached("database");
    assertThat(readiness.isReady()).isTrue();
    readiness.drain();
    assertThat(readiness.isReady()).isFalse();
  }

  @Test
  void aBadSetupIsCodeTwoAndAnythingElseIsNot() {
    Settings settings = Settings.of(Map.of("PORT", "x"));
    settings.port("PORT", 1);
    RuntimeException invalid = new RuntimeException();
    try {
      settings.check();
    } catch (RuntimeException e) {
      invalid = e;
    }
    assertThat(ServiceMain.explain("test", invalid)).isEqualTo(2);
    assertThat(ServiceMain.explain("test", new SetupFailure("No engine: start one."))).isEqualTo(2);
    assertThat(ServiceMain.explain("test", new RuntimeException(new BindException("taken"))))
        .isEqualTo(2);
  }
}
