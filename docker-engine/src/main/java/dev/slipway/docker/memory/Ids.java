package dev.slipway.docker.memory;

import java.util.concurrent.ThreadLocalRandom;

/** Ids that look like the engine's. */
final class Ids {
  private Ids() {}

  static String fresh(int length) {
    var id = new StringBuilder(length);
    while (id.length() < length) {
      id.append(Character.forDigit(ThreadLocalRandom.current().nextInt(16), 16));
    }
    return id.toString();
  }
}
