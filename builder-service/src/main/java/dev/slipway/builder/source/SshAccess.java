package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How Git speaks ssh: with the application's own key, else with the private keys in the platform's
 * own {@code ssh} folder, never those of the person who started it. A host seen for the first time
 * is accepted and remembered; a host whose key has changed is refused.
 */
final class SshAccess {
  private static final Logger LOG = LoggerFactory.getLogger(SshAccess.class);

  private final Path folder;
  private final HostKeys hosts;

  SshAccess(Path folder, HostKeys hosts) {
    this.folder = folder;
    this.hosts = hosts;
  }

  /** Sessions with the repository's host, at this address of it and no other. */
  SshdSessionFactory sessions(RepositoryUrl url, InetAddress address) throws IOException {
    Files.createDirectories(folder);
    var sessions =
        new SshdSessionFactoryBuilder()
            .setHomeDirectory(folder.toFile())
            .setSshDirectory(folder.toFile())
            .setConfigStoreFactory((home, config, user) -> new PinnedHost(address))
            .setPreferredAuthentications("publickey")
            .setConnectorFactory(null)
            .setProxyDataFactory(remote -> null)
            .setServerKeyDatabase((home, directory) -> new Judge(knownAs(url)));
    var own = url.key();
    return own == null
        ? sessions.setDefaultIdentities(directory -> identities()).build(null)
        : sessions.setDefaultKeysProvider(directory -> List.of(own.pair())).build(null);
  }

  private List<Path> identities() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("id_[A-Za-z0-9_.-]+(?<!\\.pub)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw Problem.failed(
          "ssh_keys_unreadable",
          "The folder of ssh keys cannot be read.",
          "Give the platform's user the right to read the folder ssh in its data directory.",
          e);
    }
  }

  /** How files of known hosts name this one. */
  private static String knownAs(RepositoryUrl url) {
    return url.port() < 0 || url.port() == 22 ? url.host() : "[" + url.host() + "]:" + url.port();
  }

  /** Judges the key that a host shows. */
  private final class Judge implements ServerKeyDatabase {
    private final String host;

    Judge(String host) {
      this.host = host;
    }

    /** The known ones, so that the host is asked for these types first. */
    @Override
    public List<PublicKey> lookup(
        String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
      var keys = new ArrayList<PublicKey>();
      for (var known : hosts.known(host)) {
        try {
          keys.add(PublicKeyEntry.parsePublicKeyEntry(known).resolvePublicKey(null, null, null));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
          LOG.warn("A known key of {} cannot be read", host, e);
        }
      }
      return keys;
    }

    @Override
    public boolean accept(
        String connectAddress,
        InetSocketAddress remoteAddress,
        PublicKey serverKey,
        Configuration config,
        CredentialsProvider provider) {
      var key = PublicKeyEntry.toString(serverKey);
      var fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, serverKey);
      var known = hosts.known(host);
      // of whatever type: a host that is known does not become another one by an unseen type
      if (known.isEmpty()) {
        known = hosts.see(host, key, fingerprint);
      }
      if (!known.contains(key)) {
        throw changed(host, fingerprint);
      }
      return true;
    }
  }

  private static Problem changed(String host, String fingerprint) {
    return Problem.failed(
        "host_key_changed",
        "The host " + host + " now shows another key: " + fingerprint + ".",
        "Ask the host's owner. If the change is genuine, forget the old key (./slipway known-hosts forget "
            + host
            + ") and deploy again.");
  }
}
