package dev.slipway.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.destination.Destinations;
import dev.slipway.backup.destination.LocalRoots;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a backup's bytes to a destination and back. */
class SealingTest {
  private static final Keys KEYS = new Keys("2026-11");

  @TempDir Path data;
  private Destination destination;

  private record Keys(String currentKeyId, Map<String, SecretKey> all) implements BackupKeys {
    Keys(String current) {
      this(current, new HashMap<>());
      all.put(current, made(current));
    }

    static SecretKey made(String seed) {
      byte[] bytes = new byte[32];
      new Random(seed.hashCode()).nextBytes(bytes);
      return new SecretKeySpec(bytes, "AES");
    }

    @Override
    public Optional<SecretKey> key(String id) {
      return Optional.ofNullable(all.get(id));
    }
  }

  private static Sealer sealer(boolean sealed) {
    return new Sealer(Sealer.DEFAULT_LEVEL, sealed ? Optional.of(KEYS) : Optional.empty());
  }

  @BeforeEach
  void open() {
    destination =
        new Destinations(
                new LocalRoots(data, List.of()), new AddressGuard(false), Duration.ofSeconds(30))
            .open(new DestinationConfig.LocalDirectory("backups"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesBackIsWhatWentIn(boolean sealed) throws Exception {
    for (int size : new int[] {0, 1, 300_000, 5_000_000}) {
      byte[] plain = text(size);

      var written = sealer(sealed).seal(in(plain), Confirmation.NONE, destination, "b");

      assertThat(written.plain()).isEqualTo(digest(plain));
      assertThat(written.keyId()).isEqualTo(sealed ? Optional.of("2026-11") : Optional.empty());
      byte[] stored = stored("b");
      assertThat(written.stored().size()).isEqualTo(stored.length);
      assertThat(written.stored().sha256()).contains(digest(stored).sha256());
      try (var opened = new Opener(KEYS).open(destination.read("b", 0, -1))) {
        assertThat(opened.readAllBytes()).isEqualTo(plain);
        assertThat(opened.digest()).isEqualTo(written.plain());
        assertThat(opened.keyId()).isEqualTo(written.keyId());
      }
    }
  }

  @Test
  void aSealedBackupShowsNothingOfItsContent() throws Exception {
    byte[] plain = "CREATE TABLE canary_table".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    sealer(true).seal(in(plain), Confirmation.NONE, destination, "b");
    assertThat(new String(stored("b"), StandardCharsets.ISO_8859_1)).doesNotContain("canary");
    byte[] first = stored("b");

    sealer(true).seal(in(plain), Confirmation.NONE, destination, "b");
    assertThat(Arrays.copyOfRange(stored("b"), 60, 200))
        .isNotEqualTo(Arrays.copyOfRange(first, 60, 200));
  }

  @Test
  void aKeyThatIsReplacedMeanwhileLeavesABackupThatCanBeOpened() throws Exception {
    var old = new Keys("2026-10");
    old.all().putAll(KEYS.all());
    var asked = new AtomicInteger();
    var replaced =
        new BackupKeys() {
          @Override
          public String currentKeyId() {
            return asked.getAndIncrement() == 0 ? "2026-10" : "2026-11";
          }

          @Override
          public Optional<SecretKey> key(String id) {
            return old.key(id);
          }
        };
    new Sealer(Sealer.DEFAULT_LEVEL, Optional.of(replaced))
        .seal(in(text(1_000)), Confirmation.NONE, destination, "b");
    try (var opened = new Opener(old).open(destination.read("b", 0, -1))) {
      assertThat(opened.readAllBytes()).isEqualTo(text(1_000));
    }
  }

  @Test
  void anUnsealedBackupIsReadByZstdItself() throws Exception {
    byte[] plain = text(3_000_000);
    sealer(false).seal(in(plain), Confirmation.NONE, destination, "b");
    var file = data.resolve("b.zst");
    Files.write(file, stored("b"));

    var zstd = new com.github.luben.zstd.ZstdInputStreamNoFinalizer(Files.newInputStream(file));
    try (zstd) {
      assertThat(zstd.readAllBytes()).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBackupCutAnywhereIsTruncated(boolean sealed) throws Exception {
    byte[] stored = sealedBytes(sealed, 400_000);
    var cuts = new Random(1).ints(300, 0, stored.length).toArray();
    for (int cut : cuts) {
      assertThat(codeOf(Arrays.copyOf(stored, cut)))
          .as("cut at %d", cut)
          .isEqualTo("backup_truncated");
    }
    for (int cut = stored.length - 130; cut < stored.length; cut++) {
      assertThat(codeOf(Arrays.copyOf(stored, cut)))
          .as("cut at %d", cut)
          .isEqualTo("backup_truncated");
    }
    for (int cut = 0; cut < 130; cut++) {
      assertThat(codeOf(Arrays.copyOf(stored, cut)))
          .as("cut at %d", cut)
          .isEqualTo("backup_truncated");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFlippedBitAnywhereIsFound(boolean sealed) throws Exception {
    byte[] stored = sealedBytes(sealed, 400_000);
    for (int i = 0; i < stored.length; i = i < 120 || i > stored.length - 120 ? i + 1 : i + 997) {
      byte[] flipped = stored.clone();
      flipped[i] ^= (byte) (1 << (i % 8));
      assertThat(codeOf(flipped))
          .as("bit in byte %d of %d", i, stored.length)
          .isEqualTo("backup_corrupt");
    }
  }

  @Test
  void aFailureIsToldAgainAndNeverAnEnd() throws Exception {
    byte[] stored = sealedBytes(false, 400_000);
    stored[stored.length / 2] ^= 4;

    try (var opened = new Opener(KEYS).open(in(stored))) {
      assertThatThrownBy(opened::readToEnd).isInstanceOf(Problem.class);
      assertThatThrownBy(opened::read).isInstanceOf(Problem.class);
      assertThatThrownBy(opened::readAllBytes).isInstanceOf(Problem.class);
      assertThatThrownBy(opened::digest).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void strangersFilesAreToldFromBackups() throws Exception {
    var gzip = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(gzip)) {
      out.flush();
    }
    assertThat(gzip.size()).isEqualTo(20);
    assertThat(codeOf(gzip.toByteArray())).isEqualTo("backup_not_ours");
    assertThat(codeOf(new byte[1000])).isEqualTo("backup_not_ours");
    assertThat(codeOf("PGDMP".getBytes(StandardCharsets.US_ASCII))).isEqualTo("backup_not_ours");
    assertThat(codeOf(new byte[0])).isEqualTo("backup_truncated");
    assertThat(codeOf(com.github.luben.zstd.Zstd.compress(text(1000))))
        .isEqualTo("backup_not_ours");
  }

  @Test
  void somethingBehindTheEndIsFound() throws Exception {
    byte[] stored = sealedBytes(false, 1000);
    byte[] longer = Arrays.copyOf(stored, stored.length + 100);

    assertThat(codeOf(longer)).isIn("backup_corrupt", "backup_truncated");
  }

  @Test
  void aMissingKeyAndAWrongOneAreToldApart() throws Exception {
    byte[] stored = sealedBytes(true, 1000);
    var others = new Keys("2027-01");

    assertThat(codeOf(stored, others)).isEqualTo("backup_key_missing");
    others.all().put("2026-11", Keys.made("something else"));
    assertThat(codeOf(stored, others)).isEqualTo("backup_key_wrong");
    others.all().put("2026-11", Keys.made("2026-11"));
    new Opener(others).open(in(stored)).readToEnd();
  }

  @Test
  void aHostileWindowIsRefusedBeforeItTakesMemory() throws Exception {
    byte[] stored = sealedBytes(false, 1000);
    // the frame begins behind the head; its descriptor is followed by the window
    int head = 8 + 14 + 3 + 4;
    byte[] hostile = stored.clone();
    hostile[head + 4] = 0x04; // not a single segment, with a checksum
    hostile[head + 5] = (byte) 0xf8; // 2 GiB and more

    assertThat(codeOf(hostile)).isEqualTo("backup_corrupt");
  }

  @Test
  void aToolThatFailedAfterItsOutputLeavesNothing() {
    var refusal = new Problem(422, "tool_failed", "t", "exit code 1", "r", List.of(), null);

    assertThatThrownBy(() ->
            sealer(false)
                .seal(
                    in(text(100_000)),
                    () -> {
                      throw refusal;
                    },
                    destination,
                    "b"))
        .isSameAs(refusal);
    assertThatThrownBy(() ->
            sealer(true)
                .seal(
                    in(text(100_000)),
                    () -> {
                      throw new IOException("gone");
                    },
                    destination,
                    "b"))
        .extracting(e -> ((Problem) e).code())
        .isEqualTo("source_failed");
    assertThat(destination.list("")).isEmpty();
  }

  @Test
  void outputThatBreaksOffLeavesNothing() {
    var broken =
        new SequenceInputStream(
            in(text(1_000_000)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("connection reset");
              }
            });

    assertThatThrownBy(() -> sealer(true).seal(broken, Confirmation.NONE, destination, "b"))
        .extracting(e -> ((Problem) e).code())
        .isEqualTo("source_failed");
    assertThat(destination.list("")).isEmpty();
  }

  @Test
  void aDestinationThatFailsEndsAToolThatWaits() throws Exception {
    var closed = new CountDownLatch(1);
    var endless =
        new InputStream() {
          private long given;

          @Override
          public int read() throws IOException {
            if (given++ < 100_000) {
              return 'x';
            }
            try {
              closed.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            throw new IOException("closed");
          }

          @Override
          public void close() {
            closed.countDown();
          }
        };
    var root = data.resolve("full");
    Files.writeString(root, "a file where a directory is to be");
    var broken =
        new Destinations(
                new LocalRoots(data, List.of()), new AddressGuard(false), Duration.ofSeconds(30))
            .open(new DestinationConfig.LocalDirectory("full"));

    assertThatThrownBy(() -> sealer(false).seal(endless, Confirmation.NONE, broken, "b"))
        .isInstanceOf(Problem.class);
    assertThat(closed.getCount()).isZero();
  }

  private byte[] sealedBytes(boolean sealed, int size) throws IOException {
    sealer(sealed).seal(in(text(size)), Confirmation.NONE, destination, "b");
    return stored("b");
  }

  private static String codeOf(byte[] stored) throws IOException {
    return codeOf(stored, KEYS);
  }

  private static String codeOf(byte[] stored, BackupKeys keys) throws IOException {
    try (var opened = new Opener(keys).open(in(stored))) {
      opened.readToEnd();
      return "read to its end";
    } catch (Problem e) {
      return e.code();
    }
  }

  private byte[] stored(String key) throws IOException {
    try (var in = destination.read(key, 0, -1)) {
      return in.readAllBytes();
    }
  }

  private static InputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  /** Compresses somewhat. */
  private static byte[] text(int size) {
    var random = new Random(size);
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = (byte) (i % 7 == 0 ? '\t' : 'a' + random.nextInt(26));
    }
    return text;
  }

  private static Digest digest(byte[] bytes) throws Exception {
    return new Digest(
        bytes.length, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }
}
