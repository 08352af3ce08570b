package dev.slipway.platform.secrets;

import java.util.Optional;

/** For tests of what is not about secrets: leaves values readable. */
public final class PlainVault implements Vault {
  private static final String KEY = "plain:v1:";

  @Override
  public String seal(String plain) {
    return KEY + plain;
  }

  @Override
  public String open(String sealed) {
    if (!sealed.startsWith(KEY)) {
      int colon = sealed.indexOf(':');
      String key =
          colon < 0 || colon > 20 ? "an unknown key" : "the key " + sealed.substring(0, colon);
      throw new UnreadableSecret("This secret was sealed with " + key + ", which is not here.");
    }
    return sealed.substring(KEY.length());
  }

  @Override
  public String mark(String text) {
    return Integer.toHexString(text.hashCode());
  }

  @Override
  public DerivedKeys derived(String purpose) {
    return new DerivedKeys() {
      @Override
      public String currentId() {
        return PREFIX + "plain";
      }

      @Override
      public Optional<byte[]> find(String id) {
        return id.equals(currentId())
            ? Optional.of(SecretKeys.derive(new byte[SecretKeys.KEY_BYTES], purpose))
            : Optional.empty();
      }
    };
  }
}
