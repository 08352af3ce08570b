package dev.slipway.platform.secrets;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A key that wraps data keys and is never in the database.
 *
 * @param id 12 hexadecimal digits that are derived from it and tell nothing about it
 */
record MasterKey(String id, byte[] key) {

  static MasterKey of(byte[] key) {
    byte[] print = SecretKeys.hmac(key, "slipway master key id");
    return new MasterKey(HexFormat.of().formatHex(print, 0, 6), key.clone());
  }

  /** 32 bytes as base64 or as hexadecimal digits; empty for anything else. */
  static Optional<MasterKey> read(String text) {
    try {
      byte[] key =
          text.matches("[0-9a-fA-F]{64}")
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
      return key.length == SecretKeys.KEY_BYTES ? Optional.of(of(key)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String wrap(String dataKeyId, byte[] dataKey) {
    byte[] wrapped = SecretKeys.encrypt(SecretKeys.aes(key), dataKey, "data key " + dataKeyId);
    return Base64.getEncoder().encodeToString(wrapped);
  }

  byte[] unwrap(String dataKeyId, String wrapped) throws GeneralSecurityException {
    try {
      byte[] bytes = Base64.getDecoder().decode(wrapped);
      return SecretKeys.decrypt(SecretKeys.aes(key), bytes, "data key " + dataKeyId);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("no base64", e);
    }
  }

  /** A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869). */
  byte[] derive(String purpose) {
    return SecretKeys.derive(key, purpose);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MasterKey same && id.equals(same.id) && Arrays.equals(key, same.key);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "master key " + id;
  }
}
