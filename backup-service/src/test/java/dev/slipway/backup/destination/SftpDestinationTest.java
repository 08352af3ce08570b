package dev.slipway.backup.destination;

import dev.slipway.platform.net.AddressGuard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An SFTP server as a destination. */
class SftpDestinationTest extends DestinationContract {
  private static SftpServer server;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    server = SftpServer.mina();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
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
}
