package dev.slipway.backup.destination;

import dev.slipway.platform.net.AddressGuard;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An S3-compatible store as a destination. */
class S3DestinationTest extends DestinationContract {
  @TempDir private static Path folder;
  private static S3Server server;

  private final String prefix = "slipway/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  Destination open() {
    return new S3Destination(server.config(prefix), new AddressGuard(true));
  }

  @Override
  List<String> everything() {
    return server.everything(prefix);
  }
}
