package dev.slipway.platform.pg;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LISTEN on a connection of its own that is opened again whenever it breaks. Bells rung while it
 * was down are lost, so {@code reread} runs after every (re)connect; receivers read the truth
 * there, and poll besides.
 *
 * <p>Callbacks run on this listener's event loop: they must not block.
 */
public final class Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final long FIRST_RETRY_MS = 100;
  private static final long LONGEST_RETRY_MS = 2_000;

  private final Vertx vertx;
  private final DatabaseUrl url;
  private final Map<String, Consumer<String>> channels = new LinkedHashMap<>();
  private Runnable reread = () -> {};
  private volatile boolean stopped;
  private volatile @Nullable PgConnection connection;

  /** Prepares a listener; nothing is connected before {@link #start}. */
  public Listener(Vertx vertx, DatabaseUrl url) {
    this.vertx = vertx;
    this.url = url;
  }

  /**
   * Calls {@code hear} with the payload of every bell on {@code channel}. Only before {@link
   * #start}.
   */
  public Listener on(String channel, Consumer<String> hear) {
    channels.put(channel, hear);
    return this;
  }

  /** Runs after every connect, once all channels are listened to. Only before {@link #start}. */
  public Listener onConnected(Runnable rereadEverything) {
    this.reread = rereadEverything;
    return this;
  }

  /**
   * Connects and listens. Fails when the first connect fails; later breaks are repaired in the
   * background.
   */
  public Future<Void> start() {
    return connect();
  }

  /** Stops listening and closes the connection. */
  public Future<Void> stop() {
    stopped = true;
    PgConnection open = connection;
    connection = null;
    return open == null ? Future.succeededFuture() : open.close();
  }

  private Future<Void> connect() {
    return PgConnection.connect(vertx, url.connectOptions())
        .compose(opened -> {
          opened.notificationHandler(this::dispatch);
          opened.closeHandler(gone -> repair(FIRST_RETRY_MS));
          connection = opened;
          return listen(opened);
        })
        .onSuccess(done -> guarded("reread", reread));
  }

  private Future<Void> listen(PgConnection opened) {
    StringBuilder statements = new StringBuilder();
    for (String channel : channels.keySet()) {
      statements.append("LISTEN \"").append(channel.replace("\"", "\"\"")).append("\";");
    }
    return opened.query(statements.toString()).execute().mapEmpty();
  }

  private void repair(long delayMs) {
    if (stopped) {
      return;
    }
    connection = null;
    vertx.setTimer(
        delayMs,
        timer -> {
          if (!stopped) {
            connect()
                .onFailure(failure -> {
                  LOG.warn("Listening on {} is down: {}", url, failure.getMessage());
                  repair(Math.min(delayMs * 2, LONGEST_RETRY_MS));
                });
          }
        });
  }

  private void dispatch(PgNotification bell) {
    Consumer<String> hear = channels.get(bell.getChannel());
    if (hear != null) {
      guarded(bell.getChannel(), () -> hear.accept(bell.getPayload()));
    }
  }

  private static void guarded(String what, Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      LOG.error("The callback for {} failed", what, e);
    }
  }
}
