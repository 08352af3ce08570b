package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which calls of the twin shall fail, and how often each was made. */
final class Misbehaviour {
  private final Map<String, Queue<Runnable>> planned = new ConcurrentHashMap<>();
  private final Map<String, Integer> calls = new ConcurrentHashMap<>();
  private volatile boolean down;

  void next(String method, Runnable instead) {
    planned.computeIfAbsent(method, m -> new ConcurrentLinkedQueue<>()).add(instead);
  }

  void down(boolean value) {
    down = value;
  }

  int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  void called(String method) {
    calls.merge(method, 1, Integer::sum);
    if (Thread.currentThread().isInterrupted()) {
      throw new DockerProblem.Cancelled("interrupted while asking the engine");
    }
    if (down) {
      throw new DockerProblem.EngineDown("the engine is not reachable", null);
    }
    var queue = planned.get(method);
    if (queue != null && queue.poll() instanceof Runnable first) {
      first.run();
    }
  }
}
