package dev.slipway.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Keys made from master keys. */
class DerivedKeysTest {
  private static final String FIRST = "11".repeat(32);
  private static final String SECOND = "22".repeat(32);

  private static DerivedKeys derived(String masters, String purpose) {
    return MasterKeys.from(Settings.of(Map.of("SLIPWAY_MASTER_KEY", masters))).derived(purpose);
  }

  @Test
  void theSameMasterKeyMakesTheSameKeyAnywhere() {
    DerivedKeys here = derived(FIRST, "backup");
    DerivedKeys there = derived(FIRST, "backup");
    assertThat(here.currentId()).isEqualTo(there.currentId()).startsWith(DerivedKeys.PREFIX);
    assertThat(here.find(here.currentId()).orElseThrow())
        .hasSize(32)
        .isEqualTo(there.find(here.currentId()).orElseThrow());
  }

  @Test
  void anotherPurposeIsAnotherKey() {
    String id = derived(FIRST, "backup").currentId();
    assertThat(derived(FIRST, "backup").find(id).orElseThrow())
        .isNotEqualTo(derived(FIRST, "other").find(id).orElseThrow());
  }

  @Test
  void aKeyOfAMasterKeyThatWasReplacedIsFoundWhileThatOneIsNamed() {
    String old = derived(FIRST, "backup").currentId();
    assertThat(derived(SECOND + "," + FIRST, "backup").find(old)).isPresent();
    assertThat(derived(SECOND + "," + FIRST, "backup").currentId()).isNotEqualTo(old);
    assertThat(derived(SECOND, "backup").find(old)).isEmpty();
  }

  /** Backups of years ago must open: this value never changes. */
  @Test
  void theDerivationIsHkdfOfRfc5869WithoutSalt() throws GeneralSecurityException {
    byte[] derived = SecretKeys.derive(HexFormat.of().parseHex(FIRST), "backup");
    byte[] extracted = hmac(new byte[32], HexFormat.of().parseHex(FIRST));
    assertThat(derived).isEqualTo(hmac(extracted, "backup\1".getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }
}
