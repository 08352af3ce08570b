package dev.slipway.docker.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TailTest {
  private final Tail tail = new Tail();

  private void write(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.write(bytes, 0, bytes.length);
  }

  @Test
  void littleIsKeptWhole() {
    assertThat(tail.text()).isEmpty();
    write("one\n");
    tail.write('2');
    assertThat(tail.text()).isEqualTo("one\n2");
  }

  @Test
  void ofMuchTheLastIsKeptAndBeginsWithAWholeCharacter() {
    write("x".repeat(5));
    write("ü".repeat(20_000) + "end");
    assertThat(tail.text()).hasSize(8 * 1024 - 2 + 3).startsWith("üü").endsWith("üend");
    write("!".repeat(16 * 1024));
    assertThat(tail.text()).isEqualTo("!".repeat(16 * 1024));
  }
}
