package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SinceTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  @Test
  void timesAreReadAsPeopleWriteThem() {
    assertThat(Since.parse("7 days ago", NOW)).isEqualTo("2026-11-14T10:00:00Z");
    assertThat(Since.parse("2h", NOW)).isEqualTo("2026-11-21T08:00:00Z");
    assertThat(Since.parse("90 min", NOW)).isEqualTo("2026-11-21T08:30:00Z");
    assertThat(Since.parse("1 week ago", NOW)).isEqualTo("2026-11-14T10:00:00Z");
    assertThat(Since.parse("Yesterday", NOW)).isEqualTo("2026-11-20T10:00:00Z");
    assertThat(Since.parse("2026-11-14T00:00:00+01:00", NOW)).isEqualTo("2026-11-13T23:00:00Z");
    assertThat(Since.parse("2026-11-14", NOW))
        .isBetween(Instant.parse("2026-11-13T00:00:00Z"), Instant.parse("2026-11-15T00:00:00Z"));
  }

  @Test
  void whatIsNoTimeIsRefused() {
    assertThatThrownBy(() -> Since.parse("soon", NOW))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("7 days ago");
  }
}
