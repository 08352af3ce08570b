package dev.slipway.platform.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One place on the bus that is listened to, and its registration in the cluster. Messages are
 * received on the context that began it, whoever renews the registration.
 */
final class Listening {
  private final EventBus eventBus;
  private final Context context;
  private final String address;
  private final Consumer<Message<Buffer>> receive;
  private @Nullable MessageConsumer<Buffer> known;
  private boolean ended;

  Listening(Vertx vertx, String address, Consumer<Message<Buffer>> receive) {
    this.eventBus = vertx.eventBus();
    this.context = vertx.getOrCreateContext();
    this.address = address;
    this.receive = receive;
  }

  String address() {
    return address;
  }

  /** Succeeds when the whole cluster knows of it. */
  synchronized Future<Void> begin() {
    MessageConsumer<Buffer> consumer = eventBus.consumer(address, receive::accept);
    known = consumer;
    return consumer.completion();
  }

  /** A second registration, and then the first one goes. */
  Future<Void> anew() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(there -> renewed().onComplete(done));
    return done.future();
  }

  private synchronized Future<Void> renewed() {
    MessageConsumer<Buffer> old = known;
    if (ended || old == null) {
      return Future.succeededFuture();
    }
    return begin().compose(told -> old.unregister());
  }

  synchronized Future<Void> end() {
    ended = true;
    return known == null ? Future.succeededFuture() : known.unregister();
  }
}
