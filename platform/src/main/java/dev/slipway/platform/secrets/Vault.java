package dev.slipway.platform.secrets;

/**
 * Seals what must not be read from a stolen database, and opens it again. Every sealed text names
 * the key that sealed it.
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

  /**
   * A mark of a text that may hold secrets, for recognising the same text again: equal texts have
   * equal marks, and without the key nobody can try which text has one.
   */
  String mark(String text);

  /** Keys for what is sealed as a whole and outlives this database, made from the master keys. */
  DerivedKeys derived(String purpose);
}
