package dev.slipway.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogBatchTest {
  private static final String LINES =
      """
      {"seq":5,"at":"x","line":"five"}
      {"gap":{"from":6,"to":9}}
      {"seq":10,"at":"x","line":"ten \\"to\\":99"}
      """;

  private final LogBatch batch = new LogBatch(5, 10, LINES.getBytes(StandardCharsets.UTF_8));

  @Test
  void linesAndGapsAreFoundByTheirNumbers() {
    assertThat(seqs(batch)).containsExactly(5L, 9L, 10L);
    assertThat(seqs(batch.after(4))).containsExactly(5L, 9L, 10L);
    assertThat(seqs(batch.after(5))).containsExactly(9L, 10L);
    assertThat(seqs(batch.after(9))).containsExactly(10L);
    assertThat(seqs(batch.after(10))).isEmpty();
  }

  @Test
  void whatItLooksLikeIsMadeOnceForAllReaders() {
    assertThat(batch.encoded(Sink.Form.FRAMES)).isSameAs(batch.encoded(Sink.Form.FRAMES));
    assertThat(batch.encoded(Sink.Form.SSE).toString())
        .startsWith(
            "id: 5\ndata: {\"seq\":5,\"at\":\"x\",\"line\":\"five\"}\n\nid: 9\ndata: {\"gap\"");
  }

  @Test
  void aFilterLooksAtTheLineAsItIsMeantAndLetsGapsPass() {
    assertThat(seqs(batch.matching(new LineFilter("TEN \"TO\"")))).containsExactly(9L, 10L);
    assertThat(seqs(batch.matching(new LineFilter("seq")))).containsExactly(9L);
  }

  private static List<Long> seqs(LogBatch batch) {
    List<Long> seqs = new ArrayList<>();
    batch.lines((seq, text, start, length) -> seqs.add(seq));
    return seqs;
  }
}
