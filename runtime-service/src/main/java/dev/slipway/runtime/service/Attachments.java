package dev.slipway.runtime.service;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NetworkInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts those who have to reach tasks at their overlay addresses on the projects' networks: the
 * containers of this engine that carry the label {@code dev.slipway.attach} with this
 * installation's id, and this process' own container where nobody could label it beforehand.
 *
 * <p>It looks whenever something happens to a container of ours, which is before a new task is
 * asked for its health, and every two seconds besides: an ingress may have come back as another
 * container.
 */
public final class Attachments implements AutoCloseable {
  /** On containers: the id of the installation whose networks they join. */
  public static final String LABEL = "dev.slipway.attach";

  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final DockerEngine engine;
  private final EngineWatch watch;
  private final String installation;
  private final @Nullable String own;
  private final Thread thread = Thread.ofVirtual().name("attachments").unstarted(this::run);
  private Set<Pair> joined = new HashSet<>();
  private @Nullable String complaint;
  private volatile boolean closed;

  /**
   * Does nothing before {@link #start}.
   *
   * @param own id of the container to attach besides the labelled ones, or null
   */
  public Attachments(
      DockerEngine engine, EngineWatch watch, String installation, @Nullable String own) {
    this.engine = engine;
    this.watch = watch;
    this.installation = installation;
    this.own = own;
  }

  private record Pair(String network, String container) {}

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      long seen = watch.moments();
      try {
        attachAll();
        complaint = null;
      } catch (DockerProblem problem) {
        complain(problem);
      }
      rest(seen);
    }
  }

  private void attachAll() {
    List<String> containers = containers();
    Set<Pair> known = new HashSet<>();
    if (!containers.isEmpty()) {
      for (NetworkInfo network : engine.networks(Labels.ours(installation))) {
        for (String container : containers) {
          known.add(attached(network, container));
        }
      }
    }
    joined = known;
  }

  private List<String> containers() {
    Stream<String> labelled =
        engine.containers(Map.of(LABEL, installation)).stream()
            .filter(container -> container.state() == ContainerInfo.State.RUNNING)
            .map(ContainerSummary::id);
    return Stream.concat(labelled, Stream.ofNullable(own)).distinct().toList();
  }

  private Pair attached(NetworkInfo network, String container) {
    Pair pair = new Pair(network.id(), container);
    if (!joined.contains(pair)) {
      engine.connectNetwork(network.id(), container, List.of());
      LOG.info("Container {} is on the network {}", container.substring(0, 12), network.name());
    }
    return pair;
  }

  /** Once per reason: what is said every two seconds is read by nobody. */
  private void complain(DockerProblem problem) {
    String reason = String.valueOf(problem.getMessage());
    if (!closed && !reason.equals(complaint)) {
      complaint = reason;
      LOG.warn("A container could not be put on a network, trying again: {}", reason);
    }
  }

  private void rest(long seen) {
    try {
      watch.await(seen, PAUSE);
    } catch (InterruptedException e) {
      closed = true;
    }
  }
}
