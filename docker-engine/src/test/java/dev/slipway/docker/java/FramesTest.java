package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.docker.OutputKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
  private record Frame(OutputKind kind, List<Byte> bytes) {}

  private static Frame frame(OutputKind kind, byte[] bytes, int offset, int length) {
    var list = new ArrayList<Byte>();
    for (var b : Arrays.copyOfRange(bytes, offset, offset + length)) {
      list.add(b);
    }
    return new Frame(kind, list);
  }

  /** Gives at most a few bytes per read, as a slow socket does. */
  private static InputStream trickling(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, most));
      }
    };
  }

  private static void append(ByteArrayOutputStream out, Frame frame) {
    var length = frame.bytes().size();
    out.write(frame.kind() == OutputKind.STDERR ? 2 : 1);
    out.writeBytes(new byte[3]);
    out.writeBytes(
        new byte[] {
          (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
        });
    frame.bytes().forEach(out::write);
  }

  @Test
  void everyFrameArrivesWholeWhateverItsSizeAndWhereverReadsAreCut() throws IOException {
    var random = new Random(7);
    var sent = new ArrayList<Frame>();
    var wire = new ByteArrayOutputStream();
    for (var size : new int[] {0, 1, 7, 100, 16_384, 65_528, 65_529, 200_000, 3, 0, 70_000, 9}) {
      var bytes = new byte[size];
      random.nextBytes(bytes);
      var kind = size % 2 == 0 ? OutputKind.STDOUT : OutputKind.STDERR;
      sent.add(frame(kind, bytes, 0, size));
      append(wire, sent.getLast());
    }
    for (var most : new int[] {1, 13, 4096, 1 << 20}) {
      var received = new ArrayList<Frame>();
      Frames.read(
          trickling(wire.toByteArray(), most),
          (kind, bytes, offset, length) -> received.add(frame(kind, bytes, offset, length)));
      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void aFrameCutShortIsAnError() {
    var wire = new byte[] {1, 0, 0, 0, 0, 0, 0, 9, 'a'};
    assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(wire), (k, b, o, l) -> {}))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsNoFrameIsAnError() {
    var wire = "this is plain text".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(wire), (k, b, o, l) -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void piecesOfFramesMakeTheSameTwoStreams() throws IOException {
    var random = new Random(3);
    var wire = new ByteArrayOutputStream();
    var wanted = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    for (var i = 0; i < 200; i++) {
      var kind = random.nextInt(4) == 0 ? OutputKind.STDERR : OutputKind.STDOUT;
      var bytes = new byte[random.nextInt(i == 100 ? 400_000 : 3_000)];
      random.nextBytes(bytes);
      append(wire, frame(kind, bytes, 0, bytes.length));
      wanted.get(kind.ordinal()).writeBytes(bytes);
    }
    for (var most : new int[] {1, 7, 1000, Integer.MAX_VALUE}) {
      var found = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
      Frames.pieces(
          trickling(wire.toByteArray(), most),
          (kind, bytes, offset, length) -> found.get(kind.ordinal()).write(bytes, offset, length));
      for (var i = 0; i < 2; i++) {
        assertThat(Arrays.equals(found.get(i).toByteArray(), wanted.get(i).toByteArray())).isTrue();
      }
    }
  }

  @Test
  void aPieceIsHandedOverBeforeItsFrameIsWhole() {
    var wire = new byte[] {1, 0, 0, 0, 0x7f, -1, -1, -1, 'a', 'b'}; // of two gigabytes
    var found = new ByteArrayOutputStream();
    assertThatThrownBy(() ->
            Frames.pieces(
                new ByteArrayInputStream(wire),
                (kind, bytes, offset, length) -> found.write(bytes, offset, length)))
        .isInstanceOf(EOFException.class);
    assertThat(found.toString(java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("ab");
  }
}
