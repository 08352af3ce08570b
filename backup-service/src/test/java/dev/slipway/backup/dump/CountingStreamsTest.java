package dev.slipway.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What streams of dumps tell while they pass, however they are cut into pieces. */
class CountingStreamsTest {

  /** Gives at most so many bytes at a time. */
  private static InputStream inPieces(byte[] bytes, int size) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] into, int offset, int count) {
        return super.read(into, offset, Math.min(size, count));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void rowsOfASqlDumpAreCountedWhateverTheyHold(int piece) throws IOException {
    String dump =
        """
        -- MariaDB dump
        CREATE TABLE `plain` (
          `a` int(11)
        );
        INSERT INTO `plain` VALUES
        (1,'it\\'s (); INSERT INTO `plain` VALUES (1)'),
        (2,'a \\\\'),
        (3,0x00275C);
        INSERT INTO `plain` VALUES (4,'x'),(5,NULL);
        CREATE TABLE `odd``name` (
        );
        INSERT INTO `odd``name` (`VALUES`, `b`) VALUES (1,'doubled '' quote'),(2,'');
        CREATE TABLE `none` (
        );
        DELIMITER ;;
        CREATE PROCEDURE p() BEGIN
        INSERT INTO `plain` VALUES (9);
        END ;;
        DELIMITER ;
        -- Dump completed on 2026-01-01  0:00:00
        """;
    var rows = new SqlRows(inPieces(dump.getBytes(StandardCharsets.UTF_8), piece));
    assertThat(new String(rows.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(dump);
    assertThat(rows.counts())
        .containsOnlyKeys("plain", "odd`name", "none")
        .containsEntry("plain", 5L)
        .containsEntry("odd`name", 2L)
        .containsEntry("none", 0L);
    assertThat(rows.completed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void aDumpOfMysqlTellsItsToolAndIsNotCompleteBecauseARoutineSaysSo(int piece) throws IOException {
    String dump =
        """
        -- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
        --
        -- Host: shop-g1    Database: shop
        CREATE TABLE `made` (
          `a` int DEFAULT NULL,
          `b` int GENERATED ALWAYS AS ((`a` + 1)) VIRTUAL
        );
        INSERT INTO `made` (`a`) VALUES (1),(2);
        DELIMITER ;;
        CREATE DEFINER=`app`@`%` PROCEDURE `p`()
        BEGIN
        -- Dump completed
        -- MySQL dump of another one
        END ;;
        DELIMITER ;
        """;
    var cut = new SqlRows(inPieces(dump.getBytes(StandardCharsets.UTF_8), piece));
    cut.readAllBytes();
    assertThat(cut.completed()).isFalse();
    assertThat(cut.counts()).containsOnlyKeys("made").containsEntry("made", 2L);
    assertThat(cut.tool()).isEqualTo("MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)");
    var whole =
        new SqlRows(
            inPieces(
                (dump + "-- Dump completed on 2026-01-01\n").getBytes(StandardCharsets.UTF_8),
                piece));
    whole.readAllBytes();
    assertThat(whole.completed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void aSnapshotEndsWhereItsChecksumIsAndTheMarkBehindItIsLeftAway(int piece) throws IOException {
    byte[] snapshot = snapshot();
    byte[] marked = java.util.Arrays.copyOf(snapshot, snapshot.length + 40);
    for (byte[] sent : java.util.List.of(snapshot, marked)) {
      var stream = new RdbStream(inPieces(sent, piece));
      assertThat(stream.readAllBytes()).isEqualTo(snapshot);
      assertThat(stream.whole()).isTrue();
    }
    byte[] cut = java.util.Arrays.copyOf(snapshot, snapshot.length - 20);
    var broken = new RdbStream(inPieces(cut, piece));
    assertThat(broken.readAllBytes()).isEqualTo(cut);
    assertThatThrownBy(broken::mustBeWhole).hasFieldOrPropertyWithValue("code", "dump_truncated");
    byte[] flipped = snapshot.clone();
    flipped[300] ^= 1;
    var wrong = new RdbStream(inPieces(flipped, piece));
    wrong.readAllBytes();
    assertThat(wrong.whole()).isFalse();
  }

  /** The check value of this polynomial is known: that of the digits from 1 to 9. */
  private static byte[] snapshot() {
    var known = new Crc64();
    known.add("123456789".getBytes(StandardCharsets.US_ASCII), 0, 9);
    assertThat(known.value()).isEqualTo(0xe9c6d914c4b8d9caL);
    byte[] body = new byte[1001];
    new java.util.Random(5).nextBytes(body);
    body[1000] = (byte) 0xff;
    var crc = new Crc64();
    crc.add(body, 0, body.length);
    return ByteBuffer.allocate(1009)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(body)
        .putLong(crc.value())
        .array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void documentsOfAnArchiveAreCountedByTheirCollection(int piece) throws IOException {
    var archive = new ByteArrayOutputStream();
    archive.write(word(0x8199e26d));
    archive.write(document("concurrent", "x", false));
    archive.write(word(-1));
    archive.write(document("shop", "orders", false));
    archive.write(document("a", "b", false));
    archive.write(document("a", "b", false));
    archive.write(word(-1));
    archive.write(document("shop", "empty", true));
    archive.write(word(-1));
    var documents = new ArchiveDocuments(inPieces(archive.toByteArray(), piece));
    assertThat(documents.readAllBytes()).hasSize(archive.size());
    assertThat(documents.counts())
        .containsOnlyKeys("shop.orders", "shop.empty")
        .containsEntry("shop.orders", 2L)
        .containsEntry("shop.empty", 0L);
    assertThat(documents.whole()).isTrue();
    var foreign = new ArchiveDocuments(inPieces(new byte[100], piece));
    assertThatThrownBy(foreign::readAllBytes).isInstanceOf(Problem.class);
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] document(String database, String collection, boolean end)
      throws IOException {
    var body = new ByteArrayOutputStream();
    text(body, "db", database);
    text(body, "collection", collection);
    body.write(8);
    body.write("EOF\0".getBytes(StandardCharsets.UTF_8));
    body.write(end ? 1 : 0);
    body.write(0);
    var all = new ByteArrayOutputStream();
    all.write(word(body.size() + 4));
    all.write(body.toByteArray());
    return all.toByteArray();
  }

  private static void text(ByteArrayOutputStream to, String name, String value) throws IOException {
    to.write(2);
    to.write((name + "\0").getBytes(StandardCharsets.UTF_8));
    to.write(word(value.length() + 1));
    to.write((value + "\0").getBytes(StandardCharsets.UTF_8));
  }
}
