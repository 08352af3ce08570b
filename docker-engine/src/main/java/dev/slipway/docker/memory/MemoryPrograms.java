package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The programs of the twin's nodes: what images run, and what runs now. */
final class MemoryPrograms {
  private final Map<String, MemoryProgram> byImage = new ConcurrentHashMap<>();
  private final Map<MemoryRun, MemoryNode> running = new ConcurrentHashMap<>();
  private final Set<MemoryNode> silent = ConcurrentHashMap.newKeySet();
  private final MemoryHosts hosts;
  private final MemoryNetworks networks;

  MemoryPrograms(MemoryHosts hosts, MemoryNetworks networks) {
    this.hosts = hosts;
    this.networks = networks;
  }

  void put(String image, MemoryProgram program) {
    byImage.put(image, program);
  }

  Program run(MemoryNode node, ProgramSpec spec) {
    var image = node.shelf.existing(spec.image());
    for (var network : spec.networks()) {
      if (!networks.has(network)) {
        throw new DockerProblem.NotFound("network " + network + " not found");
      }
    }
    var container = hosts.run(node, service(spec), spec.labels(), MemoryImage.silent());
    var command = Stream.concat(spec.entrypoint().stream(), spec.args().stream()).toList();
    var program = byImage.getOrDefault(spec.image(), MemoryProgram.answering(image));
    var run =
        new MemoryRun(
            container.id(), spec.stdin(), new Own(node, container), program, command, spec.env());
    return begin(node, container, run);
  }

  /** What its container looks like to who lists it. */
  private static ServiceSpec service(ProgramSpec spec) {
    return ServiceSpec.of(spec.name(), spec.image())
        .env(spec.env())
        .networks(
            spec.networks().stream().map(n -> new ServiceSpec.Attachment(n, List.of())).toList())
        .mounts(spec.mounts())
        .memoryBytes(spec.memoryBytes())
        .build();
  }

  Program exec(MemoryNode node, MemoryContainer container, ExecSpec spec) {
    if (!container.running()) {
      throw new DockerProblem.Conflict("container " + container.id() + " is not running");
    }
    var program =
        byImage.getOrDefault(container.imageName(), MemoryProgram.answering(container.image()));
    var run =
        new MemoryRun(
            Ids.fresh(64), spec.stdin(), new Inside(), program, spec.command(), spec.env());
    return begin(node, container, run);
  }

  private Program begin(MemoryNode node, MemoryContainer container, MemoryRun run) {
    running.keySet().removeIf(MemoryRun::over);
    running.put(run, node);
    container.whenEnded(() -> run.killed(container.exitCode()));
    return run.begin();
  }

  /** A container of its own, which nobody can remove while the engine does not answer. */
  private final class Own implements MemoryRun.Shell {
    private final MemoryNode node;
    private final MemoryContainer container;

    Own(MemoryNode node, MemoryContainer container) {
      this.node = node;
      this.container = container;
    }

    @Override
    public void end(int code) {
      container.end(code);
      node.events.tell(container, "die");
    }

    @Override
    public void remove() {
      if (!silent.contains(node)) {
        hosts.drop(container);
      }
    }
  }

  /** Another's container. */
  private static final class Inside implements MemoryRun.Shell {
    @Override
    public void end(int code) {
      // the container goes on
    }

    @Override
    public void remove() {
      // nothing of it is left
    }
  }

  /** The engine of a node answers again. */
  void find(MemoryNode node) {
    silent.remove(node);
  }

  /** Nobody hears any more of the programs of a node. */
  void lose(MemoryNode node) {
    silent.add(node);
    Set.copyOf(running.entrySet()).stream()
        .filter(entry -> entry.getValue() == node)
        .forEach(entry -> entry.getKey().lost());
  }

  void close() {
    Set.copyOf(running.keySet()).forEach(MemoryRun::close);
  }
}
