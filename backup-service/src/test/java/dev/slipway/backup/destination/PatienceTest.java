package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void whoAllowsLittleSilenceAllowsAPartNoLessTimeThanUsual() {
    Patience hasty = Patience.of(Duration.ofSeconds(1));
    assertThat(hasty.silence()).isEqualTo(Duration.ofSeconds(1));
    assertThat(hasty.attempt()).isEqualTo(Patience.DEFAULT.attempt());
    assertThat(hasty.call()).isEqualTo(Patience.DEFAULT.call());
  }

  @Test
  void whoAllowsMuchSilenceAllowsAPartMoreTime() {
    Patience calm = Patience.of(Duration.ofMinutes(2));
    assertThat(calm.attempt()).isEqualTo(Duration.ofMinutes(12));
    assertThat(calm.call()).isEqualTo(Duration.ofMinutes(40));
  }
}
