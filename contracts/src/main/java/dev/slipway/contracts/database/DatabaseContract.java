package dev.slipway.contracts.database;

import dev.slipway.contracts.bus.Ask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked about the servers of databases. Nothing here changes anything: what is wanted
 * of a database is a row. What concerns a server of ours is asked {@code at(node)} of its data and
 * answered by whoever holds that node's lease; what concerns somebody else's server, by any
 * runtime.
 */
public final class DatabaseContract {
  /** The most queries that {@link Insights} tell. */
  public static final int MOST_QUERIES = 20;

  /** What a server tells of itself. */
  public static final Ask<Of, Insights> INSIGHTS =
      new Ask<>("database.insights", 1, Of.class, Insights.class, Duration.ofSeconds(25));

  /** Whether a server lets somebody in. Carries a password: it is used and kept nowhere. */
  public static final Ask<Server, Tested> TEST =
      new Ask<>("database.test", 1, Server.class, Tested.class, Duration.ofSeconds(30));

  private DatabaseContract() {}

  /** Asks about a database by its id. */
  public record Of(DatabaseId databaseId) {}

  /**
   * What a server tells of itself.
   *
   * @param sizeBytes of the database on disk; of Redis and Valkey, of the data in memory
   * @param querySource {@code pg_stat_statements} or {@code running}; null: none of its engine
   * @param queries the slowest first, at most {@value #MOST_QUERIES}
   */
  public record Insights(
      String serverVersion,
      long sizeBytes,
      Connections connections,
      @Nullable String querySource,
      List<Query> queries) {
    public Insights {
      queries = List.copyOf(queries);
    }
  }

  /**
   * Who is connected.
   *
   * @param limit the most there may be; null when it has none
   * @param byState as PostgreSQL calls it, such as {@code idle}; empty for others
   */
  public record Connections(int used, @Nullable Integer limit, Map<String, Integer> byState) {
    public Connections {
      byState = Map.copyOf(byState);
    }
  }

  /**
   * A slow query, without the values in it.
   *
   * @param calls how often it ran; 1 for one that runs just now
   * @param totalMs of all its runs
   * @param rows it brought in all; null when that is not known yet
   */
  public record Query(
      String query, long calls, double totalMs, double meanMs, @Nullable Long rows) {}

  /**
   * A server and who wants to be let in.
   *
   * @param host a name or an address; judged by what it resolves to, where the connection is made
   * @param port 1 to 65535
   * @param password empty: none
   * @param database empty: whatever the server takes then
   * @param tls whether nothing may be said in the open
   */
  public record Server(
      DatabaseEngine engine,
      String host,
      int port,
      String user,
      String password,
      String database,
      boolean tls) {
    /** Without the password: a question may end up in a log. */
    @Override
    public String toString() {
      return "Server[" + engine.wire() + " at " + host + ":" + port + "]";
    }
  }

  /**
   * What came of it.
   *
   * @param serverVersion in the server's words; null when it did not let us in
   * @param refusal why not; null when it did
   */
  public record Tested(@Nullable String serverVersion, long tookMs, @Nullable Refusal refusal) {}

  /**
   * Why a server does not let somebody in.
   *
   * @param code {@code login_refused}, {@code host_unknown}, {@code address_refused}, {@code
   *     connection_refused}, {@code connection_timeout}, {@code tls_required}, {@code tls_failed},
   *     {@code database_unknown}, {@code client_missing} or {@code connection_failed}
   */
  public record Refusal(String code, String detail, String remedy) {}
}
