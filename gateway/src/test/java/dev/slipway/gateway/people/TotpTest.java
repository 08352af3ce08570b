package dev.slipway.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
  @ParameterizedTest
  @CsvSource({
    "59, 94287082",
    "1111111109, 07081804",
    "1111111111, 14050471",
    "1234567890, 89005924",
    "2000000000, 69279037",
    "20000000000, 65353130",
  })
  void codesAreThoseOfTheStandard(long seconds, String code) {
    byte[] secret = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
    assertThat(Totp.code(secret, seconds / 30, 8)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "foobar, MZXW6YTBOI"})
  void secretsAreWrittenAsTheStandardSays(String text, String base32) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Totp.base32(bytes)).isEqualTo(base32);
    assertThat(Totp.bytes(base32)).isEqualTo(bytes);
  }

  @Test
  void aCodeCountsForAStepBeforeAndAfterItsOwn() {
    String secret = Totp.secret();
    Instant now = Instant.ofEpochSecond(1_800_000_015);
    String code = Totp.code(secret, now);
    long step = 1_800_000_000L / 30;
    assertThat(Totp.step(secret, code, now)).hasValue(step);
    assertThat(Totp.step(secret, code, now.plusSeconds(30))).hasValue(step);
    assertThat(Totp.step(secret, code, now.minusSeconds(30))).hasValue(step);
    assertThat(Totp.step(secret, code, now.plusSeconds(61))).isEmpty();
    assertThat(Totp.step(secret, "not-a-code", now)).isEmpty();
  }
}
