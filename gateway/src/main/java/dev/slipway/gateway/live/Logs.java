package dev.slipway.gateway.live;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** A log in the form that is asked for: socket, live stream, download or page. */
public final class Logs {
  private static final String SSE = "text/event-stream";
  private static final String TEXT = "text/plain";

  private final Vertx vertx;
  private final LogHub hub;
  private final LogReader reader;

  public Logs(Vertx vertx, LogHub hub, LogReader reader) {
    this.vertx = vertx;
    this.hub = hub;
    this.reader = reader;
  }

  /**
   * Answers with a log that exists.
   *
   * @param fileName of a download
   */
  public Future<Reply> answer(Call call, String stream, String fileName) {
    LineFilter filter = call.text("q").map(LineFilter::new).orElse(null);
    boolean looksOnly = call.request().method() == HttpMethod.HEAD;
    if (call.upgrades()) {
      return begin(call, stream)
          .compose(after ->
              SocketSink.accept(vertx, call.request())
                  .map(socket -> followed(stream, after, filter, socket)));
    }
    if (call.accepts(SSE) && !looksOnly) {
      return begin(call, stream)
          .map(after -> followed(stream, after, filter, new SseSink(vertx, call.request())));
    }
    if (call.accepts(TEXT) && !looksOnly) {
      return reader.download(stream, fileName, call.request().response(), filter);
    }
    return begin(call, stream)
        .compose(after -> reader.page(stream, after, call.number("limit"), filter));
  }

  private Reply followed(String stream, long after, @Nullable LineFilter filter, Sink sink) {
    hub.follow(stream, after, filter, sink);
    return Reply.TAKEN_OVER;
  }

  /** The browser's word on a reconnect comes first, for its URL still says where it once began. */
  private Future<Long> begin(Call call, String stream) {
    String last = call.text("last-event-id").orElse("");
    if (!last.isEmpty()) {
      return Future.succeededFuture(last.length() > 18 ? Long.MAX_VALUE : Long.parseLong(last));
    }
    Long after = call.numberOrNull("after");
    if (after != null) {
      return Future.succeededFuture(after);
    }
    Long tail = call.numberOrNull("tail");
    return tail == null ? Future.succeededFuture(0L) : reader.beforeTail(stream, tail);
  }
}
