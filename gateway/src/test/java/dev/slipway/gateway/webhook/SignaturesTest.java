package dev.slipway.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignaturesTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String SECRET = WebhookSecret.random();
  private static final Buffer BODY = Buffer.buffer("{\"ref\":\"refs/heads/main\"}");

  private final Signatures signatures = new Signatures(InstantSource.fixed(NOW));

  @ParameterizedTest
  @CsvSource({
    "X-GitHub-Event,X-Hub-Signature-256,sha256=",
    "X-Gitea-Event,X-Gitea-Signature,''",
    "X-Gitea-Event,X-Hub-Signature-256,sha256=",
    "X-Forgejo-Event,X-Forgejo-Signature,''",
    "X-Gogs-Event,X-Gogs-Signature,''",
    "X-Event-Key,X-Hub-Signature,sha256=",
    "X-Anything,X-Slipway-Signature,sha256=",
    "X-Anything,X-Hub-Signature-256,sha256=",
  })
  void aSignatureOfTheBodyFitsAndNoOther(String event, String header, String prefix) {
    String right = prefix + hex(SECRET, BODY);
    assertThat(fits(event, "push", header, right)).isTrue();
    assertThat(fits(event, "push", header, right.toUpperCase(java.util.Locale.ROOT))).isTrue();
    assertThat(fits(event, "push", header, prefix + hex(SECRET + "x", BODY))).isFalse();
    assertThat(fits(event, "push", header, prefix + hex(SECRET, Buffer.buffer("{}")))).isFalse();
    assertThat(fits(event, "push", header, prefix)).isFalse();
    assertThat(fits(event, "push", header, right.substring(0, right.length() - 1))).isFalse();
    assertThat(fits(event, "push", "X-Other", right)).isFalse();
  }

  @Test
  void aWeakHashIsNoSignature() {
    assertThat(fits("X-GitHub-Event", "push", "X-Hub-Signature", "sha1=" + hex(SECRET, BODY)))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Gitlab-Event,X-Gitlab-Token,''",
    "X-Anything,Authorization,'Bearer '",
    "Content-Type,Authorization,'Bearer '",
    "Content-Type,Authorization,''",
  })
  void aTokenIsComparedWhole(String event, String header, String prefix) {
    String kind = event.equals("Content-Type") ? Provider.REGISTRY_TYPE + ".v2+json" : "Push Hook";
    assertThat(fits(event, kind, header, prefix + SECRET)).isTrue();
    assertThat(fits(event, kind, header, prefix + SECRET + "x")).isFalse();
    assertThat(fits(event, kind, header, prefix)).isFalse();
  }

  @Test
  void aTokenInTheAddressIsForThoseWhoCannotSign() {
    MultiMap plain = headers("X-Anything", "x");
    assertThat(signatures.fit(Provider.of(plain), plain, SECRET, BODY, SECRET)).isTrue();
    assertThat(signatures.fit(Provider.of(plain), plain, "guess", BODY, SECRET)).isFalse();
    assertThat(signatures.fit(Provider.of(plain), plain, null, BODY, SECRET)).isFalse();
    MultiMap github = headers("X-GitHub-Event", "push");
    assertThat(signatures.fit(Provider.of(github), github, SECRET, BODY, SECRET)).isFalse();
  }

  @Test
  void aWrongSignatureIsNotMadeUpForByAToken() {
    MultiMap sent = headers("X-Slipway-Signature", "sha256=" + hex("other", BODY));
    sent.set("Authorization", "Bearer " + SECRET);
    assertThat(signatures.fit(Provider.PLAIN, sent, null, BODY, SECRET)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0,true", "299,true", "-299,true", "301,false", "-301,false"})
  void aSignedTimeMustBeAboutNow(long age, boolean fits) {
    String timestamp = String.valueOf(NOW.getEpochSecond() - age);
    assertThat(standard(timestamp, timestamp)).isEqualTo(fits);
  }

  @Test
  void timeAndIdAreSignedWithTheBody() {
    String now = String.valueOf(NOW.getEpochSecond());
    String older = String.valueOf(NOW.getEpochSecond() - 1);
    assertThat(standard(now, older)).isFalse();
  }

  private boolean standard(String timestamp, String signed) {
    byte[] key = Base64.getDecoder().decode(SECRET.substring(WebhookSecret.PREFIX.length()));
    byte[] mac = mac(key, Buffer.buffer("msg_1." + signed + ".").appendBuffer(BODY).getBytes());
    MultiMap sent = headers("X-Gitlab-Event", "Push Hook");
    sent.set("webhook-id", "msg_1").set("webhook-timestamp", timestamp);
    sent.set("webhook-signature", "v1,AAAA v1," + Base64.getEncoder().encodeToString(mac));
    return signatures.fit(Provider.GITLAB, sent, null, BODY, SECRET);
  }

  private boolean fits(String event, String kind, String header, String value) {
    MultiMap sent = headers(event, kind).set(header, value);
    return signatures.fit(Provider.of(sent), sent, null, BODY, SECRET);
  }

  private static MultiMap headers(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().set(name, value);
  }

  private static String hex(String secret, Buffer body) {
    return HexFormat.of().formatHex(mac(secret.getBytes(StandardCharsets.UTF_8), body.getBytes()));
  }

  private static byte[] mac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
