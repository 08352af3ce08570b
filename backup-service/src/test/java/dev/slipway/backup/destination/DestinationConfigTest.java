package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.destination.DestinationConfig.LocalDirectory;
import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.backup.destination.DestinationConfig.Sftp;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations of destinations as they are stored and shown. */
class DestinationConfigTest {
  private static final S3 S3 =
      new S3(
          "https://s3.example:9000", "eu-1", "backups", "a/b", "AKIA", new Secret("canary"), true);
  private static final Sftp SFTP =
      new Sftp("host", 22, "me", "/srv", new Secret("canary"), new Secret("canary"), "");

  @Test
  void jsonHasAllButTheSecretsWhichComeBackFromWhereTheyAreSealed() {
    for (var config : List.of(new LocalDirectory("nightly"), S3, SFTP)) {
      var json = DestinationJson.write(config);

      assertThat(json).doesNotContain("canary").contains("\"type\"");
      var read = DestinationJson.read(json);
      assertThat(read).isEqualTo(config.withoutSecrets());
      assertThat(read.withSecrets(config.secrets())).isEqualTo(config);
    }
    assertThat(S3.secrets()).isEqualTo(Map.of("secretKey", new Secret("canary")));
    assertThat(SFTP.withoutSecrets().secrets()).isEmpty();
  }

  @Test
  void nothingPrintsASecret() {
    assertThat(S3 + " " + SFTP).doesNotContain("canary");
  }

  @Test
  void whatPeopleSendMayHoldTheSecrets() {
    var read =
        DestinationJson.read(
            """
            {"type":"s3","endpoint":"https://s3.example/","bucket":"backups","accessKey":"AKIA","secretKey":"k"}
            """);

    assertThat(read)
        .isEqualTo(
            new S3(
                "https://s3.example", "us-east-1", "backups", "", "AKIA", new Secret("k"), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"ftp\"}",
        "{}",
        "[]",
        "nonsense canary",
        "{\"type\":\"local\"}",
        "{\"type\":\"local\",\"path\":\"../etc\"}",
        "{\"type\":\"s3\",\"endpoint\":\"file:///etc/passwd\",\"bucket\":\"abc\",\"accessKey\":\"a\"}",
        "{\"type\":\"s3\",\"endpoint\":\"https://user:canary@host\",\"bucket\":\"abc\",\"accessKey\":\"a\"}",
        "{\"type\":\"s3\",\"endpoint\":\"https://host/path\",\"bucket\":\"abc\",\"accessKey\":\"a\"}",
        "{\"type\":\"s3\",\"endpoint\":\"https://host\",\"bucket\":\"a/b\",\"accessKey\":\"a\"}",
        "{\"type\":\"s3\",\"endpoint\":\"https://host\",\"bucket\":\"abc\",\"prefix\":\"../x\",\"accessKey\":\"a\"}",
        "{\"type\":\"sftp\",\"host\":\"h\",\"port\":70000,\"user\":\"u\",\"directory\":\"/\"}",
        "{\"type\":\"sftp\",\"host\":\"h\",\"user\":\"u\",\"directory\":\"/a/../..\"}",
        "{\"type\":\"sftp\",\"host\":\"h h\",\"user\":\"u\",\"directory\":\"/\"}",
        "{\"type\":\"sftp\",\"host\":\"h\",\"user\":\"u\",\"directory\":\"/\",\"hostKey\":\"canary\"}",
        "{\"type\":\"sftp\",\"host\":\"h\",\"user\":\"u\",\"directory\":\"/\",\"password\":{\"reveal\":\"canary\"}}"
      })
  void badConfigurationsAreRefusedByFieldAndWithoutRepeatingThem(String json) {
    assertThatThrownBy(() -> DestinationJson.read(json))
        .isInstanceOf(Problem.class)
        .satisfies(e -> assertThat(((Problem) e).code()).isEqualTo("invalid_request"))
        .hasMessageNotContainingAny("canary");
  }
}
