package dev.slipway.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private final List<String> heard = new ArrayList<>();
  private final FrameReader reader =
      new FrameReader(
          new FrameReader.Listener() {
            @Override
            public void frame(int kind, byte[] payload) {
              heard.add(kind + ":" + new String(payload, StandardCharsets.UTF_8));
            }

            @Override
            public void broken(int code) {
              heard.add("broken:" + code);
            }
          });

  @Test
  void framesAreHeardHoweverTheyArriveInPieces() {
    Buffer two = masked(Frames.PING, "hi").appendBuffer(masked(Frames.TEXT, "x".repeat(300)));
    for (int i = 0; i < two.length(); i++) {
      reader.read(two.getBuffer(i, i + 1));
    }
    reader.read(masked(Frames.CLOSE, ""));

    assertThat(heard).containsExactly("9:hi", "1:" + "x".repeat(300), "8:");
  }

  @Test
  void whatIsTooLargeOrNotMaskedIsRefusedOnceAndNothingIsKept() {
    reader.read(masked(Frames.TEXT, "x".repeat(5000)));
    reader.read(masked(Frames.PING, "late"));
    assertThat(heard).containsExactly("broken:" + Frames.TOO_LARGE);

    heard.clear();
    FrameReaderTest other = new FrameReaderTest();
    other.reader.read(Frames.ping());
    assertThat(other.heard).containsExactly("broken:" + Frames.PROTOCOL_ERROR);
  }

  private static Buffer masked(int kind, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    byte[] mask = {1, 2, 3, 4};
    Buffer frame = Buffer.buffer().appendByte((byte) (0x80 | kind));
    if (payload.length <= 125) {
      frame.appendByte((byte) (0x80 | payload.length));
    } else {
      frame.appendByte((byte) (0x80 | 126)).appendUnsignedShort(payload.length);
    }
    frame.appendBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.appendByte((byte) (payload[i] ^ mask[i & 3]));
    }
    return frame;
  }
}
