package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** Writes a small object, reads it back and removes it: all that a backup will need. */
final class ConnectionTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private ConnectionTest() {}

  static void run(Destination destination) {
    byte[] content = new byte[1024];
    RANDOM.nextBytes(content);
    var key = "connection-test/" + HexFormat.of().formatHex(content, 0, 8);
    destination.write(key, new ByteArrayInputStream(content));
    try (var back = destination.read(key, 0, -1)) {
      if (!Arrays.equals(back.readAllBytes(), content)) {
        throw Failures.mismatch(key, "it reads back differently");
      }
    } catch (IOException e) {
      throw Failures.unreachable("the destination", e);
    } finally {
      destination.remove(key);
    }
    if (destination.look(key).isPresent()) {
      throw notRemoved(key);
    }
  }

  private static Problem notRemoved(String key) {
    return Failures.problem(
        422,
        "destination_denied",
        "The object '" + key + "' is still there after it was removed.",
        "Give the user the right to remove objects: old backups could never be removed otherwise.");
  }
}
