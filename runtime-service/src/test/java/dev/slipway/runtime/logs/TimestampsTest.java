package dev.slipway.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimestampsTest {
  private final Timestamps timestamps = new Timestamps();

  @Test
  void readsEveryMomentToTheNanosecond() {
    for (String moment :
        new String[] {
          "2026-11-21T22:30:01.123456789Z",
          "2026-11-21T22:30:01.000000007Z",
          "2026-11-21T22:30:02Z",
          "2026-11-21T22:30:02.5Z",
          "1999-12-31T23:59:59.999999999Z"
        }) {
      Instant at = Instant.parse(moment);
      assertThat(read(moment + " a line\n"))
          .isEqualTo(at.getEpochSecond() * 1_000_000_000 + at.getNano());
      assertThat(timestamps.length()).isEqualTo(moment.length() + 1);
    }
  }

  @Test
  void leavesAnythingElseAlone() {
    assertThat(read("no moment here\n")).isEqualTo(Timestamps.UNREADABLE);
    assertThat(read("")).isEqualTo(Timestamps.UNREADABLE);
    assertThat(read("2026-11-21T22:30:99.123456789Z x")).isEqualTo(Timestamps.UNREADABLE);
  }

  private long read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return timestamps.read(bytes, 0, bytes.length);
  }
}
