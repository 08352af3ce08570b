package dev.slipway.contracts.people;

import java.time.Instant;
import java.util.List;

/**
 * Somebody who may sign in.
 *
 * @param email in lower case
 * @param secondFactor a code is asked for at each sign-in
 */
public record User(
    String id,
    String email,
    String name,
    boolean secondFactor,
    List<Membership> memberships,
    Instant createdAt) {
  public User {
    memberships = List.copyOf(memberships);
  }
}
