package dev.slipway.e2e.compose;

import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Programs that ask the API the same question without a pause, and count every answer. */
final class Readers implements AutoCloseable {
  private static final int COUNT = 4;

  private final AtomicLong answered = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads;
  private volatile boolean stopped;

  private Readers(Api api, String path) {
    threads =
        Stream.generate(() -> Thread.ofPlatform().unstarted(() -> read(api, path)))
            .limit(COUNT)
            .toList();
  }

  static Readers of(Api api, String path) {
    Readers readers = new Readers(api, path);
    readers.threads.forEach(Thread::start);
    return readers;
  }

  private void read(Api api, String path) {
    while (!stopped) {
      try {
        Answer answer = api.get(path);
        if (answer.status() == 200) {
          answered.incrementAndGet();
        } else {
          failures.add(answer.status() + " " + answer.body());
        }
      } catch (RuntimeException e) {
        failures.add(e.toString());
      }
    }
  }

  /** Waits until so many more have been answered. */
  void awaitMore(long count) {
    long goal = answered.get() + count;
    Until.holds(
        "more answers", Duration.ofSeconds(30), Duration.ofMillis(20), () -> answered() >= goal);
  }

  long answered() {
    return answered.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
