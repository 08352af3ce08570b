package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.platform.net.AddressGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSH's SFTP server as a destination, where its program is installed. */
class OpenSshDestinationTest extends DestinationContract {
  private static SftpServer server;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    var program = Path.of(System.getProperty("sftp-server", "/usr/lib/openssh/sftp-server"));
    assumeTrue(Files.isExecutable(program), "openssh-sftp-server is not installed");
    server = SftpServer.openSsh(program);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  Destination open() {
    return new SftpDestination(server.config(folder), new AddressGuard(true));
  }

  @Override
  List<String> everything() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }

  @Test
  void aFullDiskThereIsNamedAndLeavesNothing() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    var disk = Files.createDirectory(folder.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
    try (var destination = new SftpDestination(server.config(disk), new AddressGuard(true))) {
      failsWith(
          "disk_full", () -> destination.write("new", new ByteArrayInputStream(bytes(20 << 20))));
      assertThat(everything()).isEmpty();
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
