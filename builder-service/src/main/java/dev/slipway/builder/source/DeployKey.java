package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** A private key that was opened for one build; it never prints itself. */
public final class DeployKey {
  private final KeyPair pair;

  private DeployKey(KeyPair pair) {
    this.pair = pair;
  }

  /**
   * Reads a key.
   *
   * @param text OpenSSH's format or PEM, without a passphrase
   * @throws Problem {@code key_unreadable}
   */
  public static DeployKey read(String text) {
    try (var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
      var pairs = SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName("key"), in, null);
      if (pairs != null) {
        for (var pair : pairs) {
          return new DeployKey(pair);
        }
      }
      throw unreadable(null);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  /** The pair, for whoever proves that he has it. */
  public KeyPair pair() {
    return pair;
  }

  private static Problem unreadable(@org.jspecify.annotations.Nullable Throwable cause) {
    return Problem.failed(
        "key_unreadable",
        "The private key of the application cannot be read.",
        "Make a new deploy key, or set the app's private key again, as PEM without a passphrase.",
        cause);
  }

  @Override
  public String toString() {
    return "DeployKey[***]";
  }
}
