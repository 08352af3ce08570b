package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.Sftp;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.net.AddressGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection with an SFTP server, made when it is first needed and again when it broke. It goes
 * to judged addresses only; nothing of this machine (ssh's settings, agents, keys) has a say in it.
 */
final class SftpConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SftpConnection.class);
  private static final int UNANSWERED = 3;

  private final Sftp config;
  private final AddressGuard guard;
  private final Patience patience;
  private final SftpFailures failures;
  private @Nullable SshClient client;
  private @Nullable ClientSession session;

  SftpConnection(Sftp config, AddressGuard guard, Patience patience, SftpFailures failures) {
    this.config = config;
    this.guard = guard;
    this.patience = patience;
    this.failures = failures;
  }

  /** A channel of its own for one thing to do; closing it leaves the connection. */
  SftpClient open() throws IOException {
    var known = known();
    if (known != null) {
      try {
        return channel(known);
      } catch (IOException e) {
        if (known.isOpen()) {
          throw e; // a server allows only so many channels at once
        }
        LOG.debug("The connection broke and is made again", e);
      }
    }
    return channel(insteadOf(known));
  }

  private static SftpClient channel(ClientSession session) throws IOException {
    try {
      return SftpClientFactory.instance().createSftpClient(session);
    } catch (IllegalStateException e) { // so it tells a session that is just being closed
      throw new IOException(e);
    }
  }

  private synchronized @Nullable ClientSession known() {
    return session;
  }

  /** Another thread may have found out before. */
  private synchronized ClientSession insteadOf(@Nullable ClientSession broken) throws IOException {
    var now = session;
    if (now == null || now == broken) {
      now = connect();
      session = now;
    }
    return now;
  }

  private ClientSession connect() throws IOException {
    close();
    var keys = new PinnedHostKeys(config.host(), config.hostKey());
    var fresh = client(keys);
    client = fresh;
    fresh.start();
    IOException last = new IOException("the host has no address");
    for (var address : guard.resolve(config.host())) {
      try {
        return connect(fresh, address);
      } catch (IOException e) {
        var refusal = keys.refusal();
        if (refusal != null) {
          throw refusal;
        }
        last = e;
      }
    }
    throw last;
  }

  private ClientSession connect(SshClient client, InetAddress address) throws IOException {
    var there = new InetSocketAddress(address, config.port());
    var opened = client.connect(config.user(), there).verify(patience.silence()).getSession();
    try {
      if (!config.password().isEmpty()) {
        opened.addPasswordIdentity(config.password().reveal());
      }
      if (!config.privateKey().isEmpty()) {
        opened.addPublicKeyIdentity(pair(config.privateKey()));
      }
      opened.auth().verify(patience.silence());
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close(true);
      throw e;
    }
  }

  private SshClient client(PinnedHostKeys keys) {
    var client = SshClient.setUpDefaultClient();
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setAgentFactory(null);
    client.setServerKeyVerifier(keys);
    client.setSignatureFactories(keys.ordered(client.getSignatureFactories()));
    client.setNioWorkers(1);
    client.addSessionListener(failures);
    // who says nothing for so long is not there any more, however long the content is in coming
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, patience.silence().dividedBy(UNANSWERED));
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, UNANSWERED);
    CoreModuleProperties.IDLE_TIMEOUT.set(client, patience.silence().multipliedBy(2));
    CoreModuleProperties.AUTH_TIMEOUT.set(client, patience.silence());
    CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(client, patience.silence());
    return client;
  }

  private static KeyPair pair(Secret key) throws IOException {
    byte[] text = key.reveal().getBytes(StandardCharsets.UTF_8);
    try (var in = new ByteArrayInputStream(text)) {
      var pairs = SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName("key"), in, null);
      for (var pair : pairs == null ? List.<KeyPair>of() : pairs) {
        return pair;
      }
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw unreadable(); // without its cause, which may repeat parts of the key
    }
    throw unreadable();
  }

  private static Problem unreadable() {
    return Problem.invalid(
        "privateKey", "cannot be read: give it in OpenSSH's or PEM's format, without a passphrase");
  }

  @Override
  public synchronized void close() {
    var now = client;
    if (now != null) {
      client = null;
      session = null;
      now.stop();
    }
  }
}
