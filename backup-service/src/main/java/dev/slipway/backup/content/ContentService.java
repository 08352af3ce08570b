package dev.slipway.backup.content;

import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Answers what {@link BackupContract} asks, each question on a virtual thread of its own. */
public final class ContentService {
  /** Parts on their way at once: as many megabytes, about, are in memory at most. */
  private static final int PARTS = 32;

  private static final int QUESTIONS = 16;

  private final Bus bus;
  private final String place;
  private final DestinationChecks checks;
  private final StoredContent content;
  private final Intakes intakes;
  private final List<Subscription> subscriptions = new ArrayList<>();

  /**
   * A service that does not answer yet.
   *
   * @param place where this process is asked, unlike all others
   */
  public ContentService(
      Bus bus, String place, DestinationChecks checks, StoredContent content, Intakes intakes) {
    this.bus = bus;
    this.place = place;
    this.checks = checks;
    this.content = content;
    this.intakes = intakes;
  }

  /** Answers from now on. */
  public Future<Void> start() {
    return Future.all(
            List.of(
                bus.answer(
                    BackupContract.CHECK,
                    QUESTIONS,
                    asked -> aside(() -> checks.check(asked.destinationId()))),
                bus.answer(BackupContract.READ, PARTS, asked -> aside(() -> content.read(asked))),
                bus.answer(
                    BackupContract.RECEIVE,
                    QUESTIONS,
                    asked -> aside(() -> intakes.receive(asked))),
                bus.answer(
                    BackupContract.SEND.at(place),
                    PARTS,
                    asked -> aside(() -> intakes.send(asked))),
                bus.answer(
                    BackupContract.FINISH.at(place),
                    QUESTIONS,
                    asked -> aside(() -> intakes.finish(asked))),
                bus.answer(
                    BackupContract.ABANDON.at(place),
                    QUESTIONS,
                    asked -> aside(() -> intakes.abandon(asked)))))
        .map(all -> {
          for (int i = 0; i < all.size(); i++) {
            subscriptions.add(all.resultAt(i));
          }
          return null;
        });
  }

  /** Answers no more, and gives up what is being sent. */
  public Future<Void> stop() {
    return Future.join(subscriptions.stream().map(Subscription::end).toList())
        .eventually(() ->
            aside(() -> {
              intakes.close();
              return true;
            }))
        .mapEmpty();
  }

  private static <T> Future<T> aside(Callable<T> work) {
    Promise<T> done = Promise.promise();
    Thread.ofVirtual()
        .name("backup-content")
        .start(() -> {
          try {
            done.complete(work.call());
          } catch (Exception e) {
            done.fail(e);
          }
        });
    return done.future();
  }
}
