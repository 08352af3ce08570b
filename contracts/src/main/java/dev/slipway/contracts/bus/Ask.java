package dev.slipway.contracts.bus;

import java.time.Duration;

/**
 * A question that some service answers over the bus.
 *
 * @param address where it is answered, unique together with the version
 * @param version meaning of the two records; a changed meaning is a new version beside the old one
 * @param question the record asked
 * @param answer the record answered
 * @param patience how long the asker waits before it gives up with {@code unavailable}
 */
public record Ask<Q, A>(
    String address, int version, Class<Q> question, Class<A> answer, Duration patience) {

  /**
   * The same question put to one place: a node, a process. Only who answers for that place answers.
   *
   * @param place an id without spaces, such as a node's
   */
  public Ask<Q, A> at(String place) {
    return new Ask<>(address + "@" + place, version, question, answer, patience);
  }

  /** The same question, by somebody who waits only so long. */
  public Ask<Q, A> within(Duration other) {
    return new Ask<>(address, version, question, answer, other);
  }
}
