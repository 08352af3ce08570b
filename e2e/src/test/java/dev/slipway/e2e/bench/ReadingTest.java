package dev.slipway.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bench that misreads its tools would report whatever it likes. */
final class ReadingTest {

  @Test
  void everyKindOfFailureThatWrkCountsIsCounted() {
    Load load =
        Load.read(
            """
            Running 5s test @ http://127.0.0.1:8080/
              1 threads and 16 connections
              Latency Distribution
                 50%  800.00us
                 99%    1.25s
              1000 requests in 5.00s, 1.20MB read
              Socket errors: connect 1, read 2, write 3, timeout 4
              Non-2xx or 3xx responses: 100
            Requests/sec:    200.00
            """);
    assertThat(load.requests()).isEqualTo(1000);
    assertThat(load.failed()).isEqualTo(110);
    assertThat(load.perSecond()).isEqualTo(180);
    assertThat(load.p99Millis()).isEqualTo(1250);
  }

  @Test
  void aLoadWithoutFailuresHasNone() {
    Load load = Load.read("99%  3.10ms\n  42 requests in 2.00s, 1KB read\n");
    assertThat(load.failed()).isZero();
    assertThat(load.perSecond()).isEqualTo(21);
    assertThat(load.p99Millis()).isEqualTo(3.1);
  }

  @Test
  void numbersAndGapsAreReadFromFrames() {
    assertThat(Lines.number(bytes("{\"seq\":7,\"line\":\"1234\"}"), "")).isEqualTo(1234);
    assertThat(Lines.number(bytes("{\"seq\":7,\"line\":\"t 99\"}"), "t ")).isEqualTo(99);
    assertThat(Lines.number(bytes("{\"seq\":7,\"line\":\"12 men\"}"), "")).isEqualTo(-1);
    assertThat(Lines.number(bytes("{\"gap\":{\"from\":3,\"to\":9}}"), "")).isEqualTo(-1);
    assertThat(Lines.lost(bytes("{\"gap\":{\"from\":3,\"to\":9}}"))).isEqualTo(7);
    assertThat(Lines.lost(bytes("{\"seq\":7,\"line\":\"1234\"}"))).isZero();
  }

  @Test
  void mediansAndPercentilesAreTheUsualOnes() {
    assertThat(Figures.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Figures.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    assertThat(Figures.percentile(List.of(1.0, 2.0, 3.0), 99)).isEqualTo(3);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
