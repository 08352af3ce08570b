package dev.slipway.gateway.auth;

import java.util.Set;

/**
 * Who is calling.
 *
 * @param id of the key; empty when nobody needs to be known
 * @param name as it stands in audit rows and deployments
 * @param scopes what the caller may do
 */
public record Caller(String id, String name, Set<String> scopes) {
  /** Somebody who calls what anybody may call. */
  public static final Caller ANYBODY = new Caller("", "anybody", Set.of());

  /** Whether the caller may do what needs that scope. */
  public boolean may(Scope scope) {
    return scope.coveredBy(scopes);
  }
}
