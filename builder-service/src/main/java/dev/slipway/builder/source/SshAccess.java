package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

/**
 * How Git speaks ssh: with the private keys in the platform's own {@code ssh} folder, never those
 * of the person who started it. A host seen for the first time is accepted and remembered; a host
 * whose key has changed is refused.
 */
final class SshAccess {
  private final Path folder;
  private final Path knownHosts;

  SshAccess(Path folder) {
    this.folder = folder;
    this.knownHosts = folder.resolve("known_hosts");
  }

  /** Sessions with the repository's host, at this address of it and no other. */
  SshdSessionFactory sessions(RepositoryUrl url, InetAddress address) throws IOException {
    Files.createDirectories(folder);
    return new SshdSessionFactoryBuilder()
        .setHomeDirectory(folder.toFile())
        .setSshDirectory(folder.toFile())
        .setConfigStoreFactory((home, config, user) -> new PinnedHost(address))
        .setDefaultIdentities(directory -> identities())
        .setPreferredAuthentications("publickey")
        .setConnectorFactory(null)
        .setProxyDataFactory(remote -> null)
        .setServerKeyDatabase((home, directory) -> new Keys(knownAs(url)))
        .build(null);
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
  private final class Keys implements ServerKeyDatabase {
    private final String host;

    Keys(String host) {
      this.host = host;
    }

    @Override
    public List<PublicKey> lookup(
        String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
      return List.of(); // no preference among a host's key types: accept() judges what it sends
    }

    @Override
    public boolean accept(
        String connectAddress,
        InetSocketAddress remoteAddress,
        PublicKey serverKey,
        Configuration config,
        CredentialsProvider provider) {
      return isKnown(host, serverKey);
    }
  }

  private synchronized boolean isKnown(String connectAddress, PublicKey serverKey) {
    var line = connectAddress + " " + PublicKeyEntry.toString(serverKey);
    var type = KeyUtils.getKeyType(serverKey);
    try {
      for (var known : known(connectAddress, type)) {
        if (known.equals(line)) {
          return true;
        }
        throw changed(connectAddress, serverKey);
      }
      Files.writeString(
          knownHosts,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
      return true;
    } catch (IOException e) {
      throw Problem.failed(
          "known_hosts_unwritable",
          "The key of " + connectAddress + " cannot be remembered.",
          "See that the data directory is writable and has space.",
          e);
    }
  }

  private List<String> known(String address, String type) throws IOException {
    if (!Files.exists(knownHosts)) {
      return List.of();
    }
    var found = new ArrayList<String>();
    for (var line : Files.readAllLines(knownHosts)) {
      if (line.startsWith(address + " " + type + " ")) {
        found.add(line);
      }
    }
    return found;
  }

  private static Problem changed(String address, PublicKey key) {
    return Problem.failed(
        "host_key_changed",
        "The host "
            + address
            + " now shows another key: "
            + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key)
            + ".",
        "If the change is genuine, remove the host's line from ssh/known_hosts in the data directory and deploy again.");
  }
}
