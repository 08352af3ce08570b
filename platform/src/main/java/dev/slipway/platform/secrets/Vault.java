package dev.slipway.platform.secrets;

/**
 * Seals what must not be read from a stolen database, and opens it again. Every sealed text begins
 * with the id of the key that sealed it.
 */
public interface Vault {
  /** Seals a value for storing. */
  String seal(String plain);

  /**
   * Opens a sealed value.
   *
   * @throws UnreadableSecret when this vault does not hold its key, or it was damaged: never the
   *     sealed text itself
   */
  String open(String sealed);
}
