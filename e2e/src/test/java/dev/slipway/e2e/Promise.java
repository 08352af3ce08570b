package dev.slipway.e2e;

/** Tells on the console what a promise has seen: figures that a green tick would hide. */
final class Promise {
  private Promise() {}

  static void saw(String promise, String format, Object... figures) {
    System.out.println("promise: " + promise + " | saw " + format.formatted(figures));
    System.out.flush();
  }
}
