package dev.slipway.docker;

import java.util.List;

/**
 * What a new host needs in order to join. Never printed.
 *
 * @param managers host and port of every manager, the leader first
 */
public record JoinTokens(String worker, String manager, List<String> managers) {

  public JoinTokens {
    managers = List.copyOf(managers);
  }

  @Override
  public String toString() {
    return "JoinTokens[***, ***, " + managers + "]";
  }
}
