package dev.slipway.gateway.auth;

import dev.slipway.contracts.problem.Problem;
import java.util.List;

/** Why somebody may not come in, or may not do what he asked for. */
public final class Refusals {
  private Refusals() {}

  static Problem unauthorized(String detail) {
    return new Problem(
        401,
        "unauthorized",
        "Not signed in",
        detail,
        "Send an API key as x-api-key or Authorization: Bearer; ./slipway key create --name NAME makes one."
            + " People sign in with POST /api/session.",
        List.of(),
        null);
  }

  /** The caller is known and may not do it. */
  public static Problem forbidden(Caller caller, Scope scope, String what) {
    boolean key = caller.person() == null || caller.person().sessionId() == null;
    String needs = what + " needs the scope " + scope.wire();
    return new Problem(
        403,
        "forbidden",
        "Not allowed",
        key
            ? needs + "; the key '" + caller.name() + "' lacks it here."
            : needs + ", which your role does not give you here.",
        key
            ? "Use a key with that scope; ./slipway key create --name NAME --scope "
                + scope.wire()
                + " makes one."
            : "Ask an owner for another role.",
        List.of(),
        null);
  }

  static Problem sessionNeeded() {
    return new Problem(
        403,
        "session_needed",
        "Not allowed",
        "This is only for somebody who is signed in; an API key will not do.",
        "Sign in with POST /api/session and send its cookie.",
        List.of(),
        null);
  }

  static Problem operatorNeeded() {
    return new Problem(
        403,
        "operator_needed",
        "Not allowed",
        "This is only for whoever runs the host.",
        "Call ./slipway on the host, or send the key in its data directory.",
        List.of(),
        null);
  }

  static Problem foreignOrigin() {
    return new Problem(
        403,
        "foreign_origin",
        "Not allowed",
        "A change with a session's cookie must come from a page of this address, and this one did not say"
            + " so.",
        "Send the header Origin with the address that is called, or use an API key.",
        List.of(),
        null);
  }
}
