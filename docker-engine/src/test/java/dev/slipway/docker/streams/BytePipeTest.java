package dev.slipway.docker.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BytePipeTest {
  private final BytePipe pipe = new BytePipe();

  @Test
  void bytesKeepTheirOrderWhateverThePieces() throws Exception {
    var sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    var writing = CompletableFuture.runAsync(() -> write(sent), Thread::startVirtualThread);
    assertThat(Arrays.equals(pipe.reader().readAllBytes(), sent)).isTrue();
    writing.get();
  }

  private void write(byte[] bytes) {
    var random = new Random(2);
    try (var out = pipe.writer()) {
      for (var at = 0; at < bytes.length; ) {
        var length = Math.min(bytes.length - at, 1 + random.nextInt(400_000));
        out.write(bytes, at, length);
        at += length;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasWrittenBeforeTheEndIsRead() throws Exception {
    pipe.writer().write(new byte[] {1, 2, 3});
    pipe.end();
    assertThat(pipe.reader().readAllBytes()).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> pipe.writer().write(4)).isInstanceOf(IOException.class);
  }

  @Test
  void aTornStreamNeverLooksLikeOneThatEnded() throws Exception {
    pipe.writer().write(new byte[] {1, 2, 3});
    pipe.fail(new DockerProblem.EngineDown("gone", null));
    pipe.end();
    assertThatThrownBy(() -> pipe.reader().read()).hasMessage("gone");
    assertThatThrownBy(() -> pipe.writer().write(4)).hasMessage("gone");
  }

  @Test
  void aWriterIsToldWhyNobodyReads() {
    pipe.refuse("it has ended");
    assertThatThrownBy(() -> pipe.writer().write(4))
        .isInstanceOf(IOException.class)
        .hasMessage("it has ended");
  }

  @Test
  void whoIsInterruptedStopsEvenWhenThereIsNothingToWaitFor() throws Exception {
    pipe.writer().write(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pipe.reader().read()).isInstanceOf(DockerProblem.Cancelled.class);
    assertThatThrownBy(() -> pipe.writer().write(2)).isInstanceOf(DockerProblem.Cancelled.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(pipe.reader().read()).isEqualTo(1);
  }
}
