package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
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
final class SshAccess implements ServerKeyDatabase {
  private final Path folder;
  private final Path knownHosts;

  SshAccess(Path folder) {
    this.folder = folder;
    this.knownHosts = folder.resolve("known_hosts");
  }

  SshdSessionFactory sessions() throws IOException {
    Files.createDirectories(folder);
    return new SshdSessionFactoryBuilder()
        .setHomeDirectory(folder.toFile())
        .setSshDirectory(folder.toFile())
        .setConfigStoreFactory((home, config, user) -> null)
        .setDefaultIdentities(directory -> identities())
        .setPreferredAuthentications("publickey")
        .setConnectorFactory(null)
        .setProxyDataFactory(address -> null)
        .setServerKeyDatabase((home, directory) -> this)
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

  @Override
  public List<PublicKey> lookup(
      String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
    return List.of(); // no preference among a host's key types: accept() judges what it sends
  }

  @Override
  public synchronized boolean accept(
      String connectAddress,
      InetSocketAddress remoteAddress,
      PublicKey serverKey,
      Configuration config,
      CredentialsProvider provider) {
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
