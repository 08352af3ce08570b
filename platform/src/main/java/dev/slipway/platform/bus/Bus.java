package dev.slipway.platform.bus;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed bus: the only class that touches {@link EventBus}.
 *
 * <p>Wire: a JSON buffer with the headers {@code v} (version), {@code id}, {@code from} (the
 * sending process) and {@code at}. Readers ignore unknown fields and refuse another version with
 * 426. Whatever a handler does (throws, fails) the asker learns at once; only silence becomes a
 * time-out.
 */
public final class Bus {
  /** How many questions one answerer works on at a time, unless it says otherwise. */
  public static final int DEFAULT_ADMISSION = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
  private static final String VERSION = "v";

  private final Vertx vertx;
  private final EventBus eventBus;
  private final String from;
  private final AtomicLong lastId = new AtomicLong();
  private final BusCounts counts = new BusCounts();
  private final Set<Listening> listening = ConcurrentHashMap.newKeySet();

  /**
   * A bus on this Vert.x.
   *
   * @param from the name of this process, unique in the cluster; never a deployment id, those
   *     repeat across processes
   */
  public Bus(Vertx vertx, String from) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.from = from;
  }

  /**
   * Asks, and waits no longer than the question's patience. Fails with the answerer's {@link
   * Problem}, or with the code {@code unavailable} when nobody answers or the answer is late: ask
   * again with the same idempotency key.
   */
  public <Q, A> Future<A> ask(Ask<Q, A> ask, Q question) {
    Buffer body = Json.buffer(question);
    counts.asked.increment();
    return send(address(ask.address(), ask.version()), ask, body)
        .recover(failure ->
            isUnheard(failure)
                ? send(ask.address(), ask, body) // is another version answered?
                : Future.failedFuture(failure))
        .map(reply -> Json.read(reply.body(), ask.answer()))
        .recover(failure -> Future.failedFuture(asProblem(ask, failure)));
  }

  /** What has happened here since the start, for the metrics. */
  public BusCounts counts() {
    return counts;
  }

  private Future<Message<Buffer>> send(String address, Ask<?, ?> ask, Buffer body) {
    DeliveryOptions options = headers(ask.version()).setSendTimeout(ask.patience().toMillis());
    return eventBus.request(address, body, options);
  }

  private static boolean isUnheard(Throwable failure) {
    return failure instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Answers with {@link #DEFAULT_ADMISSION}. */
  public <Q, A> Future<Subscription> answer(Ask<Q, A> ask, Function<Q, Future<A>> handler) {
    return answer(ask, DEFAULT_ADMISSION, handler);
  }

  /**
   * Answers questions until the subscription ends. The handler must not block. The future succeeds
   * when the whole cluster knows of this answerer: do not say ready before.
   *
   * @param admission how many questions may be in work; beyond it askers get 429 at once
   */
  public <Q, A> Future<Subscription> answer(
      Ask<Q, A> ask, int admission, Function<Q, Future<A>> handler) {
    AtomicInteger inWork = new AtomicInteger();
    Future<Subscription> otherVersions =
        subscribe(ask.address(), message -> refuse(message, wrongVersion(ask, message)));
    Future<Subscription> thisVersion = answerThisVersion(ask, admission, handler, inWork);
    return Future.all(otherVersions, thisVersion)
        .map(both ->
            () -> Future.join(otherVersions.result().end(), thisVersion.result().end()).mapEmpty());
  }

  private <Q, A> Future<Subscription> answerThisVersion(
      Ask<Q, A> ask, int admission, Function<Q, Future<A>> handler, AtomicInteger inWork) {
    return subscribe(
        address(ask.address(), ask.version()),
        message -> {
          if (inWork.incrementAndGet() > admission) {
            inWork.decrementAndGet();
            counts.busy.increment();
            refuse(message, busy(ask));
            return;
          }
          counts.answered.increment();
          handled(ask, message, handler)
              .onComplete(done -> {
                inWork.decrementAndGet();
                if (done.succeeded()) {
                  message.reply(done.result());
                } else {
                  refuse(message, done.cause());
                }
              });
        });
  }

  /** Rings: everybody who hears this bell is told, nobody is waited for. */
  public <E> void ring(Bell<E> bell, E event) {
    counts.rung.increment();
    eventBus.publish(
        address(bell.address(), bell.version()), Json.buffer(event), headers(bell.version()));
  }

  /**
   * Hears a bell until the subscription ends. The ear must not block. Bells of another version or
   * shape are dropped and logged: a bell is never the only record of anything.
   */
  public <E> Future<Subscription> hear(Bell<E> bell, Consumer<E> ear) {
    return subscribe(
        address(bell.address(), bell.version()),
        message -> {
          try {
            requireVersion(bell.address(), bell.version(), message);
            counts.heard.increment();
            ear.accept(Json.read(message.body(), bell.message()));
          } catch (RuntimeException e) {
            LOG.warn("The bell {} was dropped", bell.address(), e);
          }
        });
  }

  private Future<Subscription> subscribe(String address, Consumer<Message<Buffer>> receive) {
    var place = new Listening(vertx, address, receive);
    listening.add(place);
    return place
        .begin()
        .onFailure(unknown -> listening.remove(place))
        .map(known ->
            () -> {
              listening.remove(place);
              return place.end();
            });
  }

  /** Everything that is listened to here, as it is known in the cluster. */
  public Set<String> addresses() {
    return listening.stream().map(Listening::address).collect(Collectors.toSet());
  }

  /**
   * Tells the cluster anew of everything that is listened to here, for when it has forgotten.
   * Nobody finds nobody meanwhile: the new registration is known before the old one goes.
   */
  public Future<Void> registerAnew() {
    counts.registeredAnew.increment();
    return Future.join(listening.stream().map(Listening::anew).toList()).mapEmpty();
  }

  private static <Q, A> Future<Buffer> handled(
      Ask<Q, A> ask, Message<Buffer> message, Function<Q, Future<A>> handler) {
    try {
      requireVersion(ask.address(), ask.version(), message);
      return handler.apply(question(ask, message)).map(Json::buffer);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static <Q, A> Q question(Ask<Q, A> ask, Message<Buffer> message) {
    try {
      return Json.read(message.body(), ask.question());
    } catch (IllegalArgumentException e) {
      throw new Problem(
          400,
          "bad_message",
          "The question cannot be read",
          ask.address() + ": " + e.getMessage() + ".",
          "Bring both services to the same version.",
          List.of(),
          e);
    }
  }

  private static Problem wrongVersion(Ask<?, ?> ask, Message<Buffer> message) {
    return wrongVersion(ask.address(), ask.version(), message.headers().get(VERSION));
  }

  private static Problem wrongVersion(String address, int version, @Nullable String sent) {
    return new Problem(
        426,
        "wrong_version",
        "The services speak different versions",
        address + " is understood in version " + version + " only, not " + sent + ".",
        "Bring both services to the same version.",
        List.of(),
        null);
  }

  private static void requireVersion(String address, int version, Message<Buffer> message) {
    @Nullable String sent = message.headers().get(VERSION);
    if (!String.valueOf(version).equals(sent)) {
      throw wrongVersion(address, version, sent);
    }
  }

  private static Problem busy(Ask<?, ?> ask) {
    return new Problem(
        429,
        "busy",
        "Too many questions at once",
        ask.address() + " answers too many questions just now.",
        "Try again in a second.",
        List.of(),
        null);
  }

  private static void refuse(Message<Buffer> message, Throwable failure) {
    if (!(failure instanceof Problem)) {
      LOG.error("A question at {} failed", message.address(), failure);
    }
    WireProblem problem = WireProblem.of(failure);
    message.fail(problem.status(), Json.text(problem));
  }

  private Problem asProblem(Ask<?, ?> ask, Throwable failure) {
    if (failure instanceof ReplyException reply) {
      counts.failed(reply.failureType());
      return switch (reply.failureType()) {
        case RECIPIENT_FAILURE -> told(ask, reply);
        case NO_HANDLERS ->
            Problem.unavailable("Nobody answers " + ask.address() + " just now.", reply);
        case TIMEOUT ->
            Problem.unavailable(
                "No answer from " + ask.address() + " within " + ask.patience().toMillis() + " ms.",
                reply);
        case ERROR -> Problem.unavailable(ask.address() + " could not be reached.", reply);
      };
    }
    return Problem.unavailable(ask.address() + " gave an answer that cannot be read.", failure);
  }

  private static Problem told(Ask<?, ?> ask, ReplyException reply) {
    try {
      return Json.read(String.valueOf(reply.getMessage()), WireProblem.class).problem(reply);
    } catch (IllegalArgumentException e) {
      return Problem.unavailable(ask.address() + " failed without saying why.", reply);
    }
  }

  private DeliveryOptions headers(int version) {
    return new DeliveryOptions()
        .addHeader(VERSION, String.valueOf(version))
        .addHeader("id", from + "-" + lastId.incrementAndGet())
        .addHeader("from", from)
        .addHeader("at", Instant.now().toString());
  }

  /**
   * Every version has an address of its own, so that two can be answered for one release. The plain
   * address only says which version is answered, to those who ask for another.
   */
  private static String address(String address, int version) {
    return address + "/v" + version;
  }
}
