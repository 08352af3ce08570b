package dev.slipway.docker.memory;

import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.Follow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** What happened to the containers of one node of the twin, and who wants to hear of it. */
final class MemoryEvents {
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final List<EngineEvent> history = new CopyOnWriteArrayList<>();

  private record Subscription(Map<String, String> labels, BlockingQueue<EngineEvent> queue) {}

  void tell(MemoryContainer container, String action) {
    var attributes = new HashMap<>(container.labels());
    attributes.put("image", container.imageName());
    if (action.equals("die")) {
      attributes.put("exitCode", "" + container.exitCode());
    }
    var now = Instant.now();
    var nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    var event = new EngineEvent("container", action, container.id(), attributes, nanos);
    history.add(event);
    subscriptions.forEach(wanted -> offer(wanted, event));
  }

  Follow follow(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler) {
    var wanted = new Subscription(Map.copyOf(labels), new LinkedBlockingQueue<>());
    if (sinceNanos > 0) {
      history.stream()
          .filter(event -> event.atNanos() >= sinceNanos)
          .forEach(e -> offer(wanted, e));
    }
    subscriptions.add(wanted);
    return MemoryFollow.start(() -> {
      try {
        while (true) {
          handler.accept(wanted.queue().take());
        }
      } finally {
        subscriptions.remove(wanted);
      }
    });
  }

  private static void offer(Subscription wanted, EngineEvent event) {
    if (MemoryStock.carries(event.attributes(), wanted.labels())) {
      wanted.queue().add(event);
    }
  }
}
