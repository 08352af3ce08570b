package dev.slipway.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFileTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "A=1~1",
        "  A = 1  ~1",
        "export A=1~1",
        "export\tA=1~1",
        "A=a b # c~a b",
        "A=a#b~a#b",
        "A=# nothing~``",
        "A=\"a # b\" # c~a # b",
        "A='a\\nb'~a\\nb",
        "A=\"\\$HOME \\x\"~$HOME \\x",
        "A=${B}~${B}",
        "A='it is \"so\"'~it is \"so\"",
        "A=x=y=z~x=y=z",
        "A=~``",
      })
  void aLineIsReadAsItIsMeant(String line, String value) {
    assertThat(EnvFile.parse(line)).containsEntry("A", value == null ? "" : value).hasSize(1);
  }

  @Test
  void linesEndAsEverySystemEndsThem() {
    assertThat(EnvFile.parse("\uFEFFA=1\r\nB=\"x\r\ny\"\rC=3"))
        .containsEntry("A", "1")
        .containsEntry("B", "x\ny")
        .containsEntry("C", "3");
    assertThat(EnvFile.parse("A=1\nA=2")).containsEntry("A", "2");
    assertThat(EnvFile.parse("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "=1", "1A=2", "A-B=1", "A=\"open", "A='x' y", "export", "a b=1"})
  void aMistakeIsNamedByItsLineAndNeverByWhatStandsThere(String line) {
    assertThatThrownBy(() -> EnvFile.parse("OK=1\n" + line))
        .isInstanceOf(Problem.class)
        .hasMessageStartingWith("line 2: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD",
        "api_token",
        "AWS_SECRET_ACCESS_KEY",
        "SENTRY_DSN",
        "DATABASE_URL",
        "SMTP_PASS"
      })
  void namesOfSecretsAreKnown(String name) {
    assertThat(Secrets.isLikely(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PORT", "NODE_ENV", "NEXT_PUBLIC_API_KEY", "COMPASS", "LOG_LEVEL"})
  void otherNamesAreNotTakenForSecrets(String name) {
    assertThat(Secrets.isLikely(name)).isFalse();
  }
}
