package dev.slipway.platform.ssh;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.Base64;

/**
 * A fresh key pair in the formats of OpenSSH.
 *
 * @param publicKey a line for {@code authorized_keys}
 * @param fingerprint {@code SHA256:…}
 * @param privateKey PEM, without a passphrase: it is sealed where it is kept
 */
public record Ed25519Key(String publicKey, String fingerprint, String privateKey) {
  private static final String TYPE = "ssh-ed25519";
  private static final int BLOCK = 8;

  /** Makes a pair; the comment is one word. */
  public static Ed25519Key generate(String comment) {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] point = point((EdECPublicKey) pair.getPublic());
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      byte[] shared = strings(TYPE.getBytes(StandardCharsets.US_ASCII), point);
      return new Ed25519Key(
          TYPE + " " + Base64.getEncoder().encodeToString(shared) + " " + comment,
          fingerprint(shared),
          pem(shared, secret(point, seed, comment)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has Ed25519", e);
    }
  }

  /** The name by which people compare keys. */
  public static String fingerprint(byte[] key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Little-endian, with the sign of x in the highest bit (RFC 8032). */
  private static byte[] point(EdECPublicKey key) {
    byte[] big = key.getPoint().getY().toByteArray();
    byte[] point = new byte[32];
    for (int i = 0; i < big.length && i < point.length; i++) {
      point[i] = big[big.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      point[31] |= (byte) 0x80;
    }
    return point;
  }

  private static byte[] secret(byte[] point, byte[] seed, String comment) {
    int check = new SecureRandom().nextInt();
    byte[] both = Arrays.copyOf(seed, 64);
    System.arraycopy(point, 0, both, 32, 32);
    return written(out -> {
      out.writeInt(check);
      out.writeInt(check);
      out.write(
          strings(
              TYPE.getBytes(StandardCharsets.US_ASCII),
              point,
              both,
              comment.getBytes(StandardCharsets.UTF_8)));
      for (int pad = 1; out.size() % BLOCK != 0; pad++) {
        out.write(pad);
      }
    });
  }

  private static String pem(byte[] shared, byte[] secret) {
    byte[] none = "none".getBytes(StandardCharsets.US_ASCII);
    byte[] all =
        written(out -> {
          out.write("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII));
          out.write(strings(none, none, new byte[0]));
          out.writeInt(1);
          out.write(strings(shared, secret));
        });
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(all)
        + "\n-----END OPENSSH PRIVATE KEY-----\n";
  }

  private static byte[] strings(byte[]... parts) {
    return written(out -> {
      for (byte[] part : parts) {
        out.writeInt(part.length);
        out.write(part);
      }
    });
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    var bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /** Without the private half. */
  @Override
  public String toString() {
    return "Ed25519Key[" + fingerprint + "]";
  }
}
