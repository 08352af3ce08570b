package dev.slipway.e2e.house;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Keep-alive visitors of one application who never stop asking, and count every request that was
 * not answered 200.
 */
public final class Traffic implements AutoCloseable {
  private static final int FAILURES_KEPT = 20;

  private final String address;
  private final int port;
  private final String host;
  private final Duration pace;
  private final AtomicBoolean going = new AtomicBoolean(true);
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder turnedBack = new LongAdder();
  private final AtomicLong longest = new AtomicLong();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> texts = new ConcurrentHashMap<>();
  private final List<Thread> visitors;

  private Traffic(String address, int port, String host, Pace pace) {
    this.address = address;
    this.port = port;
    this.host = host;
    this.pace = pace.between();
    this.visitors =
        IntStream.range(0, pace.visitors())
            .mapToObj(i -> Thread.ofVirtual().name("visitor-" + i).unstarted(this::visit))
            .toList();
  }

  /**
   * How hard they ask.
   *
   * @param visitors each on a connection of its own
   * @param between an answer and the next request
   */
  public record Pace(int visitors, Duration between) {}

  /** Visitors that pause {@code pace} between an answer and the next request. */
  public static Traffic to(String host, int port, int clients, Duration pace) {
    return to("127.0.0.1", port, host, new Pace(clients, pace));
  }

  /** The same through an ingress on another host. */
  public static Traffic to(String address, int port, String host, Pace pace) {
    Traffic traffic = new Traffic(address, port, host, pace);
    traffic.visitors.forEach(Thread::start);
    return traffic;
  }

  /**
   * What the visitors saw.
   *
   * @param texts how often each body was seen
   * @param turnedBack a connection got a text again after a later one: two releases at once
   * @param longestMillis the slowest answer
   */
  public record Tally(
      long requests,
      long failed,
      long turnedBack,
      long longestMillis,
      List<String> failures,
      Map<String, Long> texts) {}

  public Tally stop() {
    going.set(false);
    for (Thread visitor : visitors) {
      try {
        visitor.join(Duration.ofSeconds(45));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Map<String, Long> seen = new TreeMap<>();
    texts.forEach((text, count) -> seen.put(text, count.sum()));
    return new Tally(
        requests.sum(),
        failed.sum(),
        turnedBack.sum(),
        Duration.ofNanos(longest.get()).toMillis(),
        List.copyOf(failures),
        seen);
  }

  public long requests() {
    return requests.sum();
  }

  public long failed() {
    return failed.sum();
  }

  @Override
  public void close() {
    stop();
  }

  private void visit() {
    Map<String, Boolean> left = new TreeMap<>();
    String current = "";
    while (going.get()) {
      try (Wire wire = new Wire(address, port)) {
        boolean last = false;
        while (going.get() && !last) {
          long began = System.nanoTime();
          Wire.Reply reply = wire.get(host, "/");
          String text = reply.body().strip();
          count(reply, text, System.nanoTime() - began);
          if (!text.equals(current)) {
            left.put(current, true);
            current = text;
            if (left.containsKey(text)) {
              turnedBack.increment();
            }
          }
          last = reply.last();
          LockSupport.parkNanos(pace.toNanos());
        }
      } catch (IOException e) {
        requests.increment();
        fail(e.toString());
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  private void count(Wire.Reply reply, String text, long nanos) {
    requests.increment();
    longest.accumulateAndGet(nanos, Math::max);
    if (reply.status() == 200) {
      texts.computeIfAbsent(text, t -> new LongAdder()).increment();
    } else {
      fail(reply.status() + " " + text.substring(0, Math.min(200, text.length())));
    }
  }

  private void fail(String what) {
    failed.increment();
    if (failures.size() < FAILURES_KEPT) {
      failures.add(what);
    }
  }
}
