package dev.slipway.platform.pg;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away for a moment from one that says no. */
public final class Outage {
  private Outage() {}

  /**
   * Whether a call failed because the server went away, is starting, or cannot be reached: the same
   * call may work a moment later.
   */
  public static boolean caused(@Nullable Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ClosedConnectionException
          || each instanceof ConnectException
          || (each instanceof PgException refused && goneOrStarting(refused.getSqlState()))) {
        return true;
      }
    }
    return false;
  }

  /** PostgreSQL's classes 08 (connection) and 57P (shut down, starting); its appendix A. */
  private static boolean goneOrStarting(@Nullable String state) {
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }
}
