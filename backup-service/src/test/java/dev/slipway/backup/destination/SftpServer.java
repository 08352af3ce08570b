package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.Sftp;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.ssh.Ed25519Key;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** A real SFTP server in this process; what speaks SFTP is either MINA or OpenSSH's own program. */
final class SftpServer implements AutoCloseable {
  static final Ed25519Key KEY = Ed25519Key.generate("tests");
  private final SshServer server;
  private final String hostKey;

  private SftpServer(SshServer server, String hostKey) {
    this.server = server;
    this.hostKey = hostKey;
  }

  static SftpServer mina() throws Exception {
    return start(new SftpSubsystemFactory());
  }

  static SftpServer openSsh(Path program) throws Exception {
    return start(
        new SubsystemFactory() {
          @Override
          public String getName() {
            return "sftp";
          }

          @Override
          public Command createSubsystem(ChannelSession channel) throws IOException {
            return new ProcessShellFactory("sftp-server", program.toString()).createShell(channel);
          }
        });
  }

  private static SftpServer start(SubsystemFactory sftp) throws Exception {
    var generator = SecurityUtils.getKeyPairGenerator("RSA");
    generator.initialize(2048);
    var rsa = generator.generateKeyPair();
    var other = SecurityUtils.getKeyPairGenerator("EC").generateKeyPair();
    var known =
        PublicKeyEntry.parsePublicKeyEntry(KEY.publicKey()).resolvePublicKey(null, null, null);
    var server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setNioWorkers(2);
    server.setKeyPairProvider(KeyPairProvider.wrap(rsa, other));
    server.setPasswordAuthenticator((user, password, session) -> "pass".equals(password));
    server.setPublickeyAuthenticator((user, key, session) -> key.equals(known));
    server.setSubsystemFactories(List.of(sftp));
    server.start();
    return new SftpServer(server, PublicKeyEntry.toString(rsa.getPublic()));
  }

  int port() {
    return server.getPort();
  }

  /** The one of the two keys that it would not show first. */
  String hostKey() {
    return hostKey;
  }

  Sftp config(Path directory) {
    return config(port(), directory, new Secret("pass"), new Secret(""), hostKey);
  }

  Sftp config(int port, Path directory, Secret password, Secret key, String hostKey) {
    return new Sftp("127.0.0.1", port, "backup", directory.toString(), password, key, hostKey);
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
