package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.signature.Signature;
import org.jspecify.annotations.Nullable;

/** Accepts the keys that were pinned for a server and no other, whatever its type. */
final class PinnedHostKeys implements ServerKeyVerifier {
  private final String host;
  private final List<PublicKey> pinned;
  private volatile @Nullable Problem refusal;

  /**
   * Reads them.
   *
   * @param written a key on each line, as {@code known_hosts} has it behind the host; may be empty
   */
  PinnedHostKeys(String host, String written) {
    this.host = host;
    pinned = written.isEmpty() ? List.of() : written.lines().map(PinnedHostKeys::parsed).toList();
  }

  private static PublicKey parsed(String line) {
    try {
      return PublicKeyEntry.parsePublicKeyEntry(line.strip()).resolvePublicKey(null, null, null);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw Problem.invalid("hostKey", "cannot be read as a public key");
    }
  }

  @Override
  public boolean verifyServerKey(ClientSession session, SocketAddress remote, PublicKey shown) {
    if (pinned.stream().anyMatch(key -> KeyUtils.compareKeys(key, shown))) {
      return true;
    }
    var fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown);
    refusal = pinned.isEmpty() ? unknown(shown, fingerprint) : changed(fingerprint);
    return false;
  }

  /** Why the last server was refused, when it was. */
  @Nullable Problem refusal() {
    return refusal;
  }

  /** With those for the pinned keys first: a server shows the key that is asked for first. */
  List<NamedFactory<Signature>> ordered(List<NamedFactory<Signature>> signatures) {
    var types = pinned.stream().map(KeyUtils::getKeyType).toList();
    var first = new ArrayList<NamedFactory<Signature>>();
    var rest = new ArrayList<NamedFactory<Signature>>();
    for (var signature : signatures) {
      var type = KeyUtils.getCanonicalKeyType(signature.getName());
      (types.contains(type) ? first : rest).add(signature);
    }
    first.addAll(rest);
    return first;
  }

  private Problem unknown(PublicKey shown, String fingerprint) {
    return Failures.problem(
        422,
        "host_key_unknown",
        "No key of the server "
            + host
            + " was given. It shows one with the fingerprint "
            + fingerprint
            + ".",
        "Compare the fingerprint with what the server's owner says; if it is the same, set hostKey to '"
            + PublicKeyEntry.toString(shown)
            + "'.");
  }

  private Problem changed(String fingerprint) {
    return Failures.problem(
        422,
        "host_key_changed",
        "The server " + host + " shows another key than was given: " + fingerprint + ".",
        "Ask the server's owner. If the change is genuine, set hostKey to the new one.");
  }
}
