package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Server;

/**
 * A server, and the one address that it is connected to.
 *
 * @param address numbers, judged before; the server's name is for its certificate only
 */
record Login(Server server, String address) {
  /** Seconds that a client tries to connect. */
  static final int PATIENCE = 8;

  /** Names only: a password is in it. */
  @Override
  public String toString() {
    return "Login[" + server + "]";
  }
}
