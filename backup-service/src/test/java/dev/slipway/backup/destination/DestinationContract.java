package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every destination promises; each kind of them runs it against the real thing. */
abstract class DestinationContract {
  private Destination destination;

  /** An empty place. */
  abstract Destination open() throws Exception;

  /** Whatever lies there, unfinished writes included. */
  abstract List<String> everything() throws Exception;

  @BeforeEach
  void opens() throws Exception {
    destination = open();
  }

  @AfterEach
  void closes() {
    destination.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000_003, (8 << 20), (20 << 20) + 7})
  void whatWasWrittenIsReadBackAndItsSumIsTold(int size) throws Exception {
    byte[] content = bytes(size);

    var stored = destination.write("db-1/backup-1", new ByteArrayInputStream(content));

    assertThat(stored.key()).isEqualTo("db-1/backup-1");
    assertThat(stored.size()).isEqualTo(size);
    assertThat(stored.sha256()).contains(sha256(content));
    assertThat(all(destination.read("db-1/backup-1", 0, -1))).isEqualTo(content);
    assertThat(destination.look("db-1/backup-1").orElseThrow().size()).isEqualTo(size);
    assertThat(everything()).hasSize(1);
  }

  @Test
  void aPartIsReadAsItWasAskedFor() throws Exception {
    byte[] content = bytes(300_000);
    destination.write("a", new ByteArrayInputStream(content));

    assertThat(all(destination.read("a", 0, 1))).isEqualTo(Arrays.copyOf(content, 1));
    assertThat(all(destination.read("a", 70_001, 100_000)))
        .isEqualTo(Arrays.copyOfRange(content, 70_001, 170_001));
    assertThat(all(destination.read("a", 299_999, 500))).isEqualTo(new byte[] {content[299_999]});
    assertThat(all(destination.read("a", 200_000, -1)))
        .isEqualTo(Arrays.copyOfRange(content, 200_000, 300_000));
    assertThat(all(destination.read("a", 300_000, -1))).isEmpty();
    assertThat(all(destination.read("a", 5, 0))).isEmpty();
    assertThatThrownBy(() -> destination.read("a", 300_001, -1)).satisfies(code("invalid_request"));
  }

  @Test
  void whatIsNotThereIsSaidToBeMissing() {
    assertThat(destination.look("no/such")).isEmpty();
    assertThatThrownBy(() -> destination.read("no/such", 0, -1)).satisfies(code("object_missing"));
  }

  @Test
  void contentThatBreaksOffLeavesNothing() throws Exception {
    assertThatThrownBy(() ->
            destination.write(
                "a/b",
                endingWith(
                    3 << 20,
                    () -> {
                      throw new IOException("the pipe broke");
                    })))
        .satisfies(code("source_failed"));

    assertThat(destination.look("a/b")).isEmpty();
    assertThat(destination.list("")).isEmpty();
    assertThat(everything()).isEmpty();
  }

  @Test
  void contentThatIsRefusedAtItsVeryEndLeavesTheOlderObject() throws Exception {
    destination.write("a/b", new ByteArrayInputStream(bytes(10)));
    var refusal = new IllegalStateException("exit code 1");

    for (int size : new int[] {0, 100, (8 << 20), (17 << 20)}) {
      assertThatThrownBy(() ->
              destination.write(
                  "a/b",
                  endingWith(
                      size,
                      () -> {
                        throw refusal;
                      })))
          .isSameAs(refusal);
    }

    assertThat(all(destination.read("a/b", 0, -1))).isEqualTo(bytes(10));
    assertThat(everything()).hasSize(1);
  }

  @Test
  void aNewObjectTakesThePlaceOfTheOldOneOnlyWhenItIsComplete() throws Exception {
    destination.write("a", new ByteArrayInputStream(bytes(10)));

    destination.write(
        "a",
        endingWith(
            9 << 20,
            () -> {
              assertThat(destination.look("a").orElseThrow().size()).isEqualTo(10);
              assertThat(destination.list(""))
                  .singleElement()
                  .extracting(Stored::size)
                  .isEqualTo(10L);
              return -1;
            }));

    assertThat(destination.look("a").orElseThrow().size()).isEqualTo(9 << 20);
  }

  @Test
  void aListShowsWhatBeginsWithAPrefixInOrder() {
    for (var key : List.of("b/2", "a/10", "a/1", "c", "a/sub/x")) {
      destination.write(key, new ByteArrayInputStream(bytes(key.length())));
    }

    assertThat(destination.list("a/"))
        .extracting(Stored::key)
        .containsExactly("a/1", "a/10", "a/sub/x");
    assertThat(destination.list("a/1")).extracting(Stored::size).containsExactly(3L, 4L);
    assertThat(destination.list("")).hasSize(5);
    assertThat(destination.list("zzz")).isEmpty();
  }

  @Test
  void whatWasRemovedIsGoneAndMayBeRemovedAgain() throws Exception {
    destination.write("a/b", new ByteArrayInputStream(bytes(5)));

    destination.remove("a/b");
    destination.remove("a/b");
    destination.remove("never/was");

    assertThat(destination.look("a/b")).isEmpty();
    assertThat(everything()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "a/",
        ".x",
        "a/.b",
        "a\\b",
        "a b",
        "a\nb",
        "a%2e",
        "ä"
      })
  void aKeyThatCouldLeadElsewhereIsRefused(String key) {
    var nothing = new ByteArrayInputStream(new byte[0]);
    assertThatThrownBy(() -> destination.write(key, nothing)).satisfies(code("invalid_request"));
    assertThatThrownBy(() -> destination.read(key, 0, -1)).satisfies(code("invalid_request"));
    assertThatThrownBy(() -> destination.look(key)).satisfies(code("invalid_request"));
    assertThatThrownBy(() -> destination.remove(key)).satisfies(code("invalid_request"));
  }

  @Test
  void theConnectionTestLeavesNothingBehind() throws Exception {
    destination.check();

    assertThat(everything()).isEmpty();
  }

  @Test
  void severalThreadsWriteAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writes = new ArrayList<Future<Stored>>();
      for (int i = 0; i < 4; i++) {
        byte[] content = bytes(2_000_000 + i);
        var key = "t/" + i;
        writes.add(threads.submit(() -> destination.write(key, new ByteArrayInputStream(content))));
      }
      for (int i = 0; i < 4; i++) {
        assertThat(writes.get(i).get().sha256()).contains(sha256(bytes(2_000_000 + i)));
      }
    }
  }

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static byte[] all(InputStream in) throws IOException {
    try (in) {
      return in.readAllBytes();
    }
  }

  static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  /** Content of this size, and then this. */
  static InputStream endingWith(int size, Callable<Integer> end) {
    return new InputStream() {
      private int left = size;

      @Override
      public int read() throws IOException {
        if (left > 0) {
          left--;
          return 'x';
        }
        try {
          return end.call();
        } catch (IOException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  static java.util.function.Consumer<Throwable> code(String code) {
    return failure -> {
      assertThat(failure).isInstanceOf(Problem.class);
      assertThat(((Problem) failure).code()).as("%s", failure).isEqualTo(code);
      assertThat(((Problem) failure).remedy()).isNotBlank();
    };
  }

  static void failsWith(String code, ThrowingCallable call) {
    assertThatThrownBy(call).satisfies(code(code));
  }
}
