package dev.slipway.contracts.audit;

import dev.slipway.contracts.audit.Checkpoint.Purpose;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Signs checkpoints with an Ed25519 key. Safe to share between threads. */
public final class AuditSigner {
  private final String installation;
  private final AuditKey key;
  private final PrivateKey secret;

  private AuditSigner(String installation, AuditKey key, PrivateKey secret) {
    this.installation = installation;
    this.key = key;
    this.secret = secret;
  }

  /** A signer with a new key. */
  public static AuditSigner fresh(String installation) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(AuditKey.ALGORITHM).generateKeyPair();
      AuditKey key =
          new AuditKey(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
      return new AuditSigner(installation, key, pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has Ed25519", e);
    }
  }

  /**
   * A signer with a known key.
   *
   * @param secret as {@link #secret()} told it
   * @throws IllegalArgumentException when it is no such key; never with the key in its message
   */
  public static AuditSigner of(String installation, AuditKey key, String secret) {
    try {
      byte[] bytes = Base64.getDecoder().decode(secret);
      PrivateKey opened =
          KeyFactory.getInstance(AuditKey.ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(bytes));
      return new AuditSigner(installation, key, opened);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("The key that signs the audit log cannot be read.");
    }
  }

  /** Whose log it signs. */
  public String installation() {
    return installation;
  }

  /** The public half. */
  public AuditKey key() {
    return key;
  }

  /** The private half in Base64: to be sealed, never to be shown. */
  public String secret() {
    return Base64.getEncoder().encodeToString(secret.getEncoded());
  }

  /** States that the chain ends like this now. */
  public Checkpoint sign(Purpose purpose, long seq, String hash, Instant now) {
    Instant at = now.truncatedTo(ChronoUnit.MICROS);
    byte[] statement = Checkpoint.signed(purpose, installation, seq, hash, at, key.id());
    try {
      Signature signature = Signature.getInstance(AuditKey.ALGORITHM);
      signature.initSign(secret);
      signature.update(statement);
      String text = Base64.getEncoder().encodeToString(signature.sign());
      return new Checkpoint(purpose, installation, seq, hash, at, key.id(), text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("An Ed25519 key signs anything", e);
    }
  }

  @Override
  public String toString() {
    return "AuditSigner[" + key.id() + "]";
  }
}
