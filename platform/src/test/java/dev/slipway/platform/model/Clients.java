package dev.slipway.platform.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Clients that begin together and do what their seed says, each on a thread of its own. */
public final class Clients {
  private Clients() {}

  /** What one client does with its dice. */
  public interface Client {
    void run(int number, RandomGenerator dice) throws Exception;
  }

  /** Runs so many clients to their ends, or fails with the first failure. */
  public static void together(long seed, int clients, Client client) throws Exception {
    var barrier = new CyclicBarrier(clients);
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        int number = i;
        RandomGenerator dice =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + number);
        running.add(
            threads.submit(() -> {
              barrier.await(10, TimeUnit.SECONDS);
              client.run(number, dice);
              return null;
            }));
      }
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
  }
}
