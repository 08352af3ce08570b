package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.database.DatabaseContract.Server;
import java.util.List;
import java.util.Locale;

/**
 * Why a client was not let in, by what it said. Its own words are not repeated where ours will do:
 * they may quote what it was told.
 */
final class Refusals {
  private static final String AGAIN = " Then test again.";

  private Refusals() {}

  /** A kind of refusal, and what clients say for it, in lower case; the first that fits counts. */
  private record Kind(List<String> said, String code, String detail, String remedy) {
    boolean fits(String output) {
      return said.stream().anyMatch(output::contains);
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              List.of(
                  "requires ssl",
                  "no encryption",
                  "require_secure_transport",
                  "insecure transport",
                  "ssl connection is required"),
              "tls_required",
              "The server lets nobody in without TLS.",
              "Ask for it in the URL: sslmode=require, tls=true or rediss:."),
          new Kind(
              List.of("no encryption"),
              "tls_required",
              "The server lets nobody in from here without TLS, if at all.",
              "Ask for it in the URL: sslmode=require; or let this host in there, in its"
                  + " pg_hba.conf."),
          new Kind(
              List.of("no pg_hba.conf entry"),
              "login_refused",
              "The server lets nobody in from here.",
              "Let this host in there, in its pg_hba.conf."),
          new Kind(
              List.of(
                  "server does not support ssl",
                  "ssl_connect failed",
                  "tls/ssl error",
                  "ssl routines",
                  "certificate verify failed",
                  "wrong version number"),
              "tls_failed",
              "No TLS connection came about with the server.",
              "See that it speaks TLS on that port, or leave TLS out of the URL."),
          new Kind(
              List.of(
                  "password authentication failed",
                  "access denied for user",
                  "wrongpass",
                  "noauth",
                  "authentication failed",
                  "auth failed",
                  "no password supplied",
                  "invalid username-password",
                  "role \"",
                  "requires authentication"),
              "login_refused",
              "The server refuses the user name or the password.",
              "Correct them; characters such as @ : / need their % codes in a URL."),
          new Kind(
              List.of("is not allowed to connect", "protected mode"),
              "login_refused",
              "The server lets nobody in from here.",
              "Let this host in there (pg_hba.conf, the user's host, protected-mode)."),
          new Kind(
              List.of("unknown database", "does not exist"),
              "database_unknown",
              "The server has no database of that name.",
              "Correct the name behind the port."),
          new Kind(
              // MariaDB's client waits for a connection with a limit and tells of its wait: 115
              List.of("connection refused", "(111)", "(115)", "econnrefused"),
              "connection_refused",
              "Nothing listens at that address and port.",
              "Correct them, and see that the server listens for others than its own host:"
                  + " 127.0.0.1 is the client's own container."),
          new Kind(
              List.of(
                  "timeout expired",
                  "timed out",
                  "(110)",
                  "no route to host",
                  "network is unreachable",
                  "serverselection"),
              "connection_timeout",
              "The server does not answer at that address and port.",
              "Correct them, and see that no firewall stands between."));

  /** The kind that fits what a client said, or that it said nothing we know. */
  static Refusal of(Server server, String output) {
    String said = output.toLowerCase(Locale.ROOT);
    for (Kind kind : KINDS) {
      if (kind.fits(said)) {
        return new Refusal(kind.code(), kind.detail(), kind.remedy() + AGAIN);
      }
    }
    return new Refusal(
        "connection_failed",
        "The server was not reached as " + server.engine().wire() + ".",
        "See that the engine, the address and the port are right." + AGAIN);
  }

  static Refusal late() {
    return new Refusal(
        "connection_timeout",
        "The server did not answer in time.",
        "See that it is well and that no firewall stands between." + AGAIN);
  }

  static Refusal noClient(String image) {
    return new Refusal(
        "client_missing",
        "The engine of this host does not have the image " + image + ", whose client would ask.",
        "Pull it there, or register the database without a test (test=false).");
  }
}
