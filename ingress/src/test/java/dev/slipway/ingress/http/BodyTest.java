package dev.slipway.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyTest {
  private static final String CHUNKS =
      "5;a=\"b\"\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n";
  private static final String NEXT = "GET / HTTP/1.1\r\n";

  @Test
  void aChunkedBodyEndsAtTheSameByteHoweverItIsCut() {
    String stream = CHUNKS + NEXT;
    for (int first = 0; first <= stream.length(); first++) {
      for (int second = first; second <= stream.length(); second += 3) {
        Body body = Body.chunked();
        ByteBuf payload = Unpooled.buffer();
        int taken = take(body, stream.substring(0, first), payload);
        taken += take(body, stream.substring(first, second), payload);
        taken += take(body, stream.substring(second), payload);
        assertThat(body.complete()).isTrue();
        assertThat(taken).as("cut at %d and %d", first, second).isEqualTo(CHUNKS.length());
        assertThat(payload.toString(StandardCharsets.US_ASCII)).isEqualTo("hello!");
      }
    }
  }

  private static int take(Body body, String piece, ByteBuf payload) {
    return body.complete()
        ? 0
        : body.take(Unpooled.copiedBuffer(piece, StandardCharsets.US_ASCII), payload);
  }

  @Test
  void aCountedBodyTakesNoByteOfWhatFollows() {
    Body body = Body.ofLength(5);
    assertThat(take(body, "hel", Unpooled.EMPTY_BUFFER)).isEqualTo(3);
    assertThat(body.complete()).isFalse();
    assertThat(take(body, "lo" + NEXT, Unpooled.EMPTY_BUFFER)).isEqualTo(2);
    assertThat(body.complete()).isTrue();
  }

  @Test
  void aBodyThatEndsWithItsConnectionTakesEverything() {
    Body body = Body.untilClose();
    assertThat(take(body, NEXT, Unpooled.EMPTY_BUFFER)).isEqualTo(NEXT.length());
    assertThat(body.complete()).isFalse();
    assertThat(body.endsWithConnection()).isTrue();
  }
}
