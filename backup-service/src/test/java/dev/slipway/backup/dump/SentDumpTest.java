package dev.slipway.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentDumpTest {
  private static final String BEGIN =
      "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19-11.8.3-MariaDB, for x\n--\n";
  private static final String ROWS = "INSERT INTO `t` VALUES (1),(2);\n".repeat(2000);
  private static final String END = "\n-- Dump completed on 2026-11-22 14:00:00\n";

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 100_000})
  void aTextOfStatementsPassesAsItIsHoweverItIsRead(int atOnce) throws IOException {
    String text = BEGIN + ROWS + END;
    SentDump sent = sent(DatabaseEngine.MARIADB, text);
    var read = new StringBuilder();
    byte[] chunk = new byte[atOnce];
    for (int n = sent.content().read(chunk); n >= 0; n = sent.content().read(chunk)) {
      read.append(new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
    }
    assertThat(read).hasToString(text);
    sent.mustBeWhole();
  }

  @Test
  void aTextThatEndsBetweenTwoStatementsWasCutOff() throws IOException {
    isTruncated(sent(DatabaseEngine.MARIADB, BEGIN + ROWS));
    isTruncated(sent(DatabaseEngine.MYSQL, "-- MySQL dump 10.13  Distrib 8.4\n" + ROWS));
    isTruncated(sent(DatabaseEngine.MYSQL, "-- MySQL dump 10.13  Distrib 8.4\n"));
  }

  @Test
  void aTextWithoutCommentsOrWithSomethingBehindItsEndIsTaken() throws IOException {
    isWhole(sent(DatabaseEngine.MARIADB, ROWS));
    isWhole(sent(DatabaseEngine.MYSQL, BEGIN + ROWS + END + "COMMIT;\n"));
    isWhole(sent(DatabaseEngine.MYSQL, "-- somebody's own\n" + ROWS));
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIS", "VALKEY"})
  void aSnapshotThatWasCutOffOrChangedIsNotTaken(DatabaseEngine engine) throws IOException {
    byte[] whole = snapshot();
    isWhole(SentDump.of(engine, new ByteArrayInputStream(whole)));
    isTruncated(
        SentDump.of(engine, new ByteArrayInputStream(Arrays.copyOf(whole, whole.length / 2))));
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    isTruncated(SentDump.of(engine, new ByteArrayInputStream(changed)));
  }

  /** Its checksum is that of all before it. */
  private static byte[] snapshot() {
    byte[] body = ("REDIS0012" + "x".repeat(500)).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(body, body.length + 9);
    all[body.length] = (byte) 0xff;
    var crc = new Crc64();
    crc.add(all, 0, body.length + 1);
    for (int i = 0; i < 8; i++) {
      all[body.length + 1 + i] = (byte) (crc.value() >>> (8 * i));
    }
    return all;
  }

  private static SentDump sent(DatabaseEngine engine, String text) {
    return SentDump.of(
        engine, new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static void isWhole(SentDump sent) throws IOException {
    sent.content().readAllBytes();
    sent.mustBeWhole();
  }

  private static void isTruncated(SentDump sent) throws IOException {
    sent.content().readAllBytes();
    assertThatThrownBy(sent::mustBeWhole)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo("dump_truncated"));
  }
}
