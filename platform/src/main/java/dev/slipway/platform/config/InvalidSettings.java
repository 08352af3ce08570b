package dev.slipway.platform.config;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot work; the message lists all of them, one sentence each. */
public final class InvalidSettings extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  /** At least one mistake. */
  public InvalidSettings(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::sentence).collect(Collectors.joining(" ")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Everything that is wrong. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  /**
   * One wrong setting.
   *
   * @param variable its name in the environment
   * @param wrong what is wrong with it
   * @param remedy what to do
   */
  public record Mistake(String variable, String wrong, String remedy) {
    String sentence() {
      return variable + " " + wrong + ": " + remedy + ".";
    }
  }
}
