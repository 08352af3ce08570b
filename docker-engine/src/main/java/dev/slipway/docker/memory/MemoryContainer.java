package dev.slipway.docker.memory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.ServiceSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A container of the twin: a loopback address of its own, a real server on it, and its output. */
final class MemoryContainer {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

  /** Which service a container belongs to. */
  static final String SERVICE = "com.docker.swarm.service.name";

  private static final int KILLED = 137;
  private static final int STOPPED = 143;

  private final String id;
  private final String name;
  private final String address;
  private final String nodeAddress;
  private final List<PublishedPort> hostPorts;
  private final Map<String, String> joined = new ConcurrentHashMap<>();
  private final ServiceSpec spec;
  private final MemoryImage image;
  private final String imageId;
  private final Map<String, String> labels;
  private final Instant createdAt = Instant.now();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition printed = lock.newCondition();
  private final List<Printed> output = new ArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private ContainerInfo.State state = ContainerInfo.State.CREATED;
  private int exitCode;
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private long lastNanos;

  MemoryContainer(Identity identity, ServiceSpec spec, MemoryImage image, String imageId) {
    this.id = identity.id();
    this.name = identity.name();
    this.address = identity.address();
    this.nodeAddress = identity.nodeAddress();
    this.hostPorts = identity.hostPorts();
    this.labels = identity.labels();
    this.spec = spec;
    this.image = image;
    this.imageId = imageId;
  }

  /** Who it is, and under which addresses and ports it answers. */
  record Identity(
      String id,
      String name,
      String address,
      String nodeAddress,
      Map<String, String> labels,
      List<PublishedPort> hostPorts) {}

  private record Printed(long nanos, OutputKind kind, String text) {}

  String id() {
    return id;
  }

  Map<String, String> labels() {
    return labels;
  }

  MemoryImage image() {
    return image;
  }

  String imageName() {
    return spec.image();
  }

  String imageId() {
    return imageId;
  }

  boolean running() {
    return state == ContainerInfo.State.RUNNING;
  }

  private boolean started() {
    return running() || state == ContainerInfo.State.PAUSED;
  }

  int exitCode() {
    return exitCode;
  }

  ServiceSpec spec() {
    return spec;
  }

  /** Starts; a container that exits at once has exited when this returns. */
  void start() {
    lock.lock();
    try {
      state = ContainerInfo.State.RUNNING;
      startedAt = Instant.now();
    } finally {
      lock.unlock();
    }
    switch (image.behaviour()) {
      case MemoryImage.Exits exits -> {
        exits.lines().forEach(line -> print(line.kind(), line.text()));
        end(exits.code());
      }
      case MemoryImage.Silent silent -> print(OutputKind.STDOUT, "waiting for nothing");
      case MemoryImage.Web web -> open(web);
    }
  }

  private void open(MemoryImage.Web web) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            if (!awaitEnd(web.startsAfter())) {
              listen(web);
            }
          } catch (IOException e) {
            print(OutputKind.STDERR, "cannot listen: " + e.getMessage());
            end(1);
          }
        });
  }

  private void listen(MemoryImage.Web web) throws IOException {
    var port = Integer.parseInt(spec.env().getOrDefault("PORT", "" + web.port()));
    lock.lock();
    try {
      if (!running()) {
        return;
      }
      open(web, address, port);
      for (var published : hostPorts) {
        if (published.containerPort() == port) {
          open(web, nodeAddress, published.hostPort());
        }
      }
    } finally {
      lock.unlock();
    }
    print(OutputKind.STDOUT, "listening on " + port);
  }

  private void open(MemoryImage.Web web, String host, int port) throws IOException {
    var opened = HttpServer.create(new InetSocketAddress(host, port), 0);
    opened.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    opened.createContext("/", exchange -> answer(exchange, web));
    opened.start();
    servers.add(opened);
  }

  private void answer(HttpExchange exchange, MemoryImage.Web web) throws IOException {
    var body =
        VARIABLE
            .matcher(web.body())
            .replaceAll(match -> spec.env().getOrDefault(match.group(1), ""));
    try (exchange) {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(web.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Makes the container print a line now. */
  void print(OutputKind kind, String text) {
    lock.lock();
    try {
      var now = Instant.now();
      // Two lines never share a moment, as on a real engine with nanosecond clocks.
      lastNanos = Math.max(lastNanos + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
      output.add(new Printed(lastNanos, kind, text));
      printed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Only while nobody follows. */
  void rotate(int lines) {
    lock.lock();
    try {
      output.subList(0, lines).clear();
    } finally {
      lock.unlock();
    }
  }

  /** Stands still from now on, or goes on; whether it stands still then. */
  boolean pause(boolean still) {
    lock.lock();
    try {
      var wanted = still ? ContainerInfo.State.PAUSED : ContainerInfo.State.RUNNING;
      state = started() ? wanted : state;
      return state == ContainerInfo.State.PAUSED;
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    end(STOPPED);
  }

  void kill() {
    end(KILLED);
  }

  void end(int code) {
    List<HttpServer> open;
    List<Runnable> told;
    lock.lock();
    try {
      if (!started()) {
        return;
      }
      state = ContainerInfo.State.EXITED;
      exitCode = code;
      finishedAt = Instant.now();
      open = List.copyOf(servers);
      servers.clear();
      told = List.copyOf(listeners);
      printed.signalAll();
    } finally {
      lock.unlock();
    }
    open.forEach(server -> server.stop(0));
    told.forEach(Runnable::run);
  }

  /** Calls this when it ends, or now if it has. */
  void whenEnded(Runnable listener) {
    lock.lock();
    try {
      if (running()) {
        listeners.add(listener);
        return;
      }
    } finally {
      lock.unlock();
    }
    listener.run();
  }

  private boolean awaitEnd(Duration limit) {
    lock.lock();
    try {
      var left = limit.toNanos();
      while (running() && left > 0) {
        left = printed.awaitNanos(left);
      }
      return !running();
    } catch (InterruptedException e) {
      return true;
    } finally {
      lock.unlock();
    }
  }

  Follow logs(LogRequest request, OutputHandler handler) {
    return MemoryFollow.start(() -> read(request, handler));
  }

  private void read(LogRequest request, OutputHandler handler) throws InterruptedException {
    var next = firstWanted(request);
    for (var batch = take(next, request.follow()); !batch.isEmpty(); ) {
      for (var line : batch) {
        var stamp = request.timestamps() ? stamp(line.nanos()) + " " : "";
        var bytes = (stamp + line.text() + "\n").getBytes(StandardCharsets.UTF_8);
        handler.frame(line.kind(), bytes, 0, bytes.length);
      }
      next += batch.size();
      batch = take(next, request.follow());
    }
  }

  private int firstWanted(LogRequest request) {
    lock.lock();
    try {
      var first = 0;
      while (first < output.size() && output.get(first).nanos() < request.sinceNanos()) {
        first++;
      }
      return request.tail() < 0 ? first : Math.max(first, output.size() - request.tail());
    } finally {
      lock.unlock();
    }
  }

  /** The lines from an index on; waits for some while following; empty at the end. */
  private List<Printed> take(int from, boolean follow) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (follow && running() && output.size() <= from) {
        printed.await(1, TimeUnit.SECONDS);
      }
      return List.copyOf(output.subList(from, output.size()));
    } finally {
      lock.unlock();
    }
  }

  private static String stamp(long nanos) {
    var seconds = Instant.ofEpochSecond(nanos / 1_000_000_000L).toString().replace("Z", "");
    return seconds + ".%09dZ".formatted(nanos % 1_000_000_000L);
  }

  boolean ofService() {
    return labels.containsKey(SERVICE);
  }

  List<PublishedPort> hostPorts() {
    return hostPorts;
  }

  /** Its address on each network. */
  Map<String, String> networks() {
    var networks = new HashMap<>(joined);
    spec.networks().forEach(attachment -> networks.put(attachment.network(), address));
    return networks;
  }

  void join(String network) {
    joined.putIfAbsent(network, MemoryHosts.freshAddress());
  }

  void part(String network) {
    joined.remove(network);
  }

  /** Whether it was put on a network beside those of its service. */
  boolean joined(String network) {
    return joined.containsKey(network);
  }

  ContainerStats stats() {
    var cpu = Duration.between(createdAt, Instant.now()).dividedBy(100);
    return new ContainerStats(
        Instant.now(), cpu, 1, 8 << 20, Math.max(spec.memoryBytes(), 64 << 20), 0, 0, 0, 0, 1);
  }

  ContainerSummary summary() {
    return new ContainerSummary(id, name, spec.image(), labels, state, createdAt);
  }

  ContainerInfo info() {
    lock.lock();
    try {
      return new ContainerInfo(
          id,
          name,
          spec.image(),
          imageId,
          labels,
          state,
          ContainerInfo.Health.NONE,
          exitCode,
          false,
          null,
          startedAt,
          finishedAt,
          started() ? networks() : Map.of(),
          started() ? address : null,
          started() ? hostPorts : List.of(),
          true);
    } finally {
      lock.unlock();
    }
  }
}
