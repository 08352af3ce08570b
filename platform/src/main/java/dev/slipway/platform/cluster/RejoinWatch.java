package dev.slipway.platform.cluster;

import dev.slipway.platform.cluster.RejoinPolicy.Sight;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds how a process stands in its cluster, and ends it when {@link
 * RejoinPolicy} says so. It stands on a Vert.x and a database connection of its own: those of the
 * service may be what is stuck.
 */
final class RejoinWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RejoinWatch.class);

  /** How often a process looks. */
  static final Duration EVERY = Duration.ofSeconds(3);

  /** Less than the second after which a lost packet is sent again: it counts as not in reach. */
  private static final Duration CONNECT = Duration.ofMillis(900);

  private static final Duration ROWS = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final RejoinPolicy policy;
  private final Supplier<@Nullable Membership> membership;
  private final Supplier<Future<List<String>>> living;
  private final Consumer<String> leave;
  private final Duration every;
  private final NetClient client;
  private boolean stopped;

  /**
   * A watch that does not look yet.
   *
   * @param membership null until this process is in a cluster
   * @param living {@code host:port} of the other processes that live
   * @param leave is told once, why
   * @param every how often it looks
   */
  RejoinWatch(
      Vertx vertx,
      RejoinPolicy policy,
      Supplier<@Nullable Membership> membership,
      Supplier<Future<List<String>>> living,
      Consumer<String> leave,
      Duration every) {
    this.vertx = vertx;
    this.policy = policy;
    this.membership = membership;
    this.living = living;
    this.leave = leave;
    this.every = every;
    this.client =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout(Math.toIntExact(CONNECT.toMillis())));
  }

  void start() {
    again();
  }

  private synchronized void stop() {
    stopped = true;
  }

  private synchronized void again() {
    if (!stopped) {
      vertx.setTimer(every.toMillis(), due -> look().onComplete(done -> again()));
    }
  }

  /** A look without the rows says nothing: who else lives is not known. */
  private Future<Void> look() {
    Membership known = membership.get();
    Set<String> members = known == null ? Set.of() : known.members();
    Future<Boolean> settled =
        known == null ? Future.succeededFuture(false) : known.settled().map(true).otherwise(false);
    return settled
        .compose(well ->
            living
                .get()
                .timeout(ROWS.toMillis(), TimeUnit.MILLISECONDS)
                .compose(others ->
                    inReach(well, members, others)
                        .<Void>map(reached ->
                            judge(new Sight(well, members, Set.copyOf(others), reached)))))
        .onFailure(unknown -> LOG.debug("Who else lives is not known", unknown))
        .otherwiseEmpty();
  }

  /** Nobody is bothered while all is well. */
  private Future<Set<String>> inReach(boolean well, Set<String> members, List<String> others) {
    List<String> asked = well && members.containsAll(others) ? List.of() : others;
    Set<String> reached = new TreeSet<>();
    List<Future<Boolean>> tries =
        asked.stream().map(o -> connects(o).onSuccess(yes -> reached.add(o))).toList();
    return Future.join(tries).map(reached).otherwise(reached);
  }

  private Future<Boolean> connects(String address) {
    int colon = address.lastIndexOf(':');
    return client
        .connect(
            SocketAddress.inetSocketAddress(
                Integer.parseInt(address.substring(colon + 1)), address.substring(0, colon)))
        .compose(socket -> socket.close())
        .map(true);
  }

  private @Nullable Void judge(Sight sight) {
    policy
        .judge(System.nanoTime(), sight)
        .ifPresent(why -> {
          stop();
          leave.accept(why);
        });
    return null;
  }
}
