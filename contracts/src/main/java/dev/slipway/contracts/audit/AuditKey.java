package dev.slipway.contracts.audit;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public half of the key that signs checkpoints.
 *
 * @param publicKey X.509 in Base64, one line
 */
public record AuditKey(String publicKey) {
  static final String ALGORITHM = "Ed25519";

  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  /**
   * Reads a key as PEM or as one line of Base64.
   *
   * @throws IllegalArgumentException when it is no Ed25519 key
   */
  public AuditKey {
    publicKey = publicKey.replace(BEGIN, "").replace(END, "").replaceAll("\\s", "");
    decoded(publicKey);
  }

  /** What the key is recognised by: the beginning of its hash. */
  public String id() {
    byte[] hash = AuditChain.sha256().digest(Base64.getDecoder().decode(publicKey));
    return HexFormat.of().formatHex(hash, 0, 8);
  }

  /** As other programs read it. */
  public String pem() {
    return BEGIN + "\n" + publicKey + "\n" + END + "\n";
  }

  /** Whether this key signed that checkpoint as it stands. */
  public boolean signed(Checkpoint checkpoint) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(decoded(publicKey));
      signature.update(checkpoint.signed());
      return checkpoint.keyId().equals(id())
          && signature.verify(Base64.getDecoder().decode(checkpoint.signature()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // not even the shape of a signature
    }
  }

  private static PublicKey decoded(String publicKey) {
    try {
      byte[] bytes = Base64.getDecoder().decode(publicKey);
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("This is no public Ed25519 key.", e);
    }
  }
}
