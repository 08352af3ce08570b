package dev.slipway.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Launcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RuntimeLogsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "aaaaaaaaaaaa";
  private static final Duration LONG = Duration.ofMinutes(10);

  private final List<Fixture> processes = new ArrayList<>();
  private final Map<String, Integer> printed = new HashMap<>();
  private Application shop;
  private Release release;

  @BeforeEach
  void anApplication() {
    Fixture any = process(new MemoryEngine());
    any.engine.ping();
    ((MemoryEngine) any.engine).hold("shop:1", MemoryImage.web(Fixture.PORT, "one"));
    Shape shape = Shape.web(Fixture.PORT);
    shop = any.application(shape);
    release = any.release(any.deploy(shop, shape, "shop:1"));
  }

  @AfterEach
  void stop() {
    processes.forEach(Fixture::close);
  }

  // ---- nodes, processes and what runs there

  private static MemoryEngine node() {
    MemoryEngine node = new MemoryEngine();
    node.hold("shop:1", MemoryImage.web(Fixture.PORT, "one"));
    return node;
  }

  /** A runtime on a node; what it reads it reads when it holds the lease. */
  private Fixture process(MemoryEngine node) {
    Fixture process = Fixture.oneOfMany(POSTGRES.database(), node, INSTALLATION);
    processes.add(process);
    return process;
  }

  private Fixture reading(MemoryEngine node, String name) {
    Fixture process = process(node);
    process.watch.tell(process.logs).start();
    process.logs.begin(lease(name));
    return process;
  }

  /** As of a process that nobody else knows: whoever held it before is fenced out. */
  private static Lease lease(String node) {
    POSTGRES
        .database()
        .query("update leases set lease_until = now() where name = $1", LogStreams.writer(node))
        .await();
    return new Leases(POSTGRES.database(), UUID.randomUUID().toString())
        .claim(LogStreams.writer(node), LONG)
        .await()
        .orElseThrow();
  }

  private String replica(Fixture on) {
    on.launcher.launch(
        new Launcher.Order(
            release,
            new Images.Source("shop:1", false, true),
            new Launcher.Place(shop.projectId().value(), shop.projectName()),
            1,
            Map::of,
            Map.of()),
        Fixture.UNDISPUTED);
    await().until(() -> !on.replicas.running(release.id()).isEmpty());
    return on.replicas.running(release.id()).getFirst();
  }

  private void print(MemoryEngine node, String container, int lines) {
    for (int i = 0; i < lines; i++) {
      OutputKind pipe = i % 3 == 0 ? OutputKind.STDERR : OutputKind.STDOUT;
      int n = printed.merge(container, 1, Integer::sum);
      node.print(container, pipe, container.substring(0, 6) + " " + n);
    }
  }

  // ---- what the log says

  private List<String> log() {
    long[] seq = {0};
    return processes
        .getFirst()
        .log(shop)
        .lines()
        .map(text -> {
          JsonNode line = Json.tree(text);
          assertThat(line.path("seq").asLong()).isEqualTo(++seq[0]);
          return line.path("line").asText();
        })
        .toList();
  }

  private List<Integer> numbers(String container) {
    String its = container.substring(0, 6) + " ";
    return log().stream()
        .filter(line -> line.startsWith(its))
        .map(line -> Integer.parseInt(line.substring(its.length())))
        .toList();
  }

  private List<String> said(String... words) {
    return log().stream().filter(line -> List.of(words).stream().allMatch(line::contains)).toList();
  }

  private void awaitAll(String container) {
    List<Integer> all =
        IntStream.rangeClosed(1, printed.getOrDefault(container, 0)).boxed().toList();
    await().atMost(Duration.ofSeconds(20)).until(() -> numbers(container).size() >= all.size());
    assertThat(numbers(container)).isEqualTo(all);
  }

  @Test
  void whoTakesOverReadsOnWithoutLosingOrDoublingALine() {
    MemoryEngine node = node();
    Fixture first = reading(node, "one");
    String container = replica(first);
    print(node, container, 500);
    awaitAll(container);
    first.logs.halt().await();
    print(node, container, 200);
    reading(node, "one");
    awaitAll(container);
    print(node, container, 100);
    awaitAll(container);
    assertThat(processes.getFirst().log(shop)).contains("\"step\":\"r1\"", "\"stream\":\"stderr\"");
    assertThat(said("lost")).isEmpty();
  }

  @Test
  void aFrozenReaderThatGoesOnAfterItLostTheNodeDoublesNothing() {
    MemoryEngine node = node();
    Fixture frozen = reading(node, "two");
    String container = replica(frozen);
    for (int owner = 0; owner < 5; owner++) {
      print(node, container, 300);
      reading(node, "two"); // nobody tells the one before
      print(node, container, 300);
    }
    awaitAll(container);
    print(node, container, 10);
    awaitAll(container);
  }

  @Test
  void nodesThatWriteOneLogAreReadEachToItsOwnPlaceWhoeverDies() {
    for (long seed = 11; seed <= 13; seed++) {
      Random random = new Random(seed);
      Map<String, MemoryEngine> nodes = new HashMap<>();
      Map<String, String> containers = new HashMap<>();
      for (String name : List.of("x" + seed, "y" + seed, "z" + seed)) {
        MemoryEngine node = node();
        nodes.put(name, node);
        containers.put(name, replica(reading(node, name)));
      }
      for (int turn = 0; turn < 60; turn++) {
        nodes.forEach((name, node) -> {
          print(node, containers.getOrDefault(name, ""), random.nextInt(60));
          if (random.nextInt(10) == 0) {
            reading(node, name);
          }
        });
      }
      containers.values().forEach(this::awaitAll);
      System.out.printf(
          "PROMISE T12: seed %d: 3 nodes wrote one log, %d readers came and went, %d lines,"
              + " each once and in order%n",
          seed,
          processes.size(),
          containers.values().stream().mapToInt(its -> printed.getOrDefault(its, 0)).sum());
    }
  }

  @Test
  void aLeaseThatPassesOnTakesTheReadingWithIt() {
    MemoryEngine node = node();
    String name = "node:three";
    Fixture first = process(node);
    Fixture second = process(node);
    LeaseKeeper firsts = keeper(first, name, "first");
    LeaseKeeper seconds = keeper(second, name, "second");
    firsts.start();
    await().until(() -> firsts.held().isPresent());
    seconds.start();
    String container = replica(first);
    print(node, container, 100);
    awaitAll(container);
    firsts.stop().await();
    print(node, container, 100);
    await().atMost(Duration.ofSeconds(10)).until(() -> seconds.held().isPresent());
    awaitAll(container);
    seconds.stop().await();
  }

  private static LeaseKeeper keeper(Fixture process, String lease, String owner) {
    process.watch.tell(process.logs).start();
    return new LeaseKeeper(
        POSTGRES.vertx(), new Leases(POSTGRES.database(), owner), lease, process.logs);
  }

  @Test
  void linesThatTheEngineDroppedUnreadAreToldWithTheirTime() {
    MemoryEngine node = node();
    Fixture first = reading(node, "four");
    String container = replica(first);
    print(node, container, 100);
    awaitAll(container);
    first.logs.halt().await();
    print(node, container, 100);
    node.rotate(container, 151); // "listening on" too
    reading(node, "four");

    await().until(() -> numbers(container).size() >= 150);
    assertThat(numbers(container))
        .isEqualTo(IntStream.rangeClosed(1, 200).filter(n -> n <= 100 || n > 150).boxed().toList());
    assertThat(said("may be lost", container.substring(0, 12), "r1", "Z and ")).hasSize(1);
    int loss = log().indexOf(said("may be lost").getFirst());
    assertThat(log().get(loss - 1)).endsWith(" 100");
    assertThat(log().get(loss + 1)).endsWith(" 151");
  }

  @Test
  void aRotationThatDroppedOnlyWhatWasReadIsNoLoss() {
    MemoryEngine node = node();
    Fixture first = reading(node, "five");
    String container = replica(first);
    print(node, container, 100);
    awaitAll(container);
    first.logs.halt().await();
    node.rotate(container, 100); // all but the last
    print(node, container, 50);
    reading(node, "five");
    awaitAll(container);
    assertThat(said("lost")).isEmpty();
  }

  @Test
  void aReplicaThatWentUnreadIsToldAndOneThatWasReadIsNot() {
    MemoryEngine node = node();
    Fixture first = reading(node, "six");
    String read = replica(first);
    print(node, read, 10);
    awaitAll(read);
    node.crash(read, 1);
    String unread = otherThan(first, read);
    print(node, unread, 10);
    awaitAll(unread);
    await()
        .until(() ->
            first.stores.logs().placesOf("node:six").await().stream()
                .anyMatch(place -> place.at().containsKey(read.substring(0, 12) + ".")));
    first.logs.halt().await();
    print(node, unread, 10);
    node.removeContainer(read);
    node.removeContainer(unread);
    Fixture second = reading(node, "six");

    await().until(() -> !said("removed while nobody read").isEmpty());
    print(node, otherThan(second, unread), 1);
    assertThat(said("removed while nobody read"))
        .singleElement()
        .asString()
        .contains(unread.substring(0, 12));
    second.logs.halt().await();
    Fixture third = reading(node, "six");
    String last = third.replicas.running(release.id()).getFirst();
    print(node, last, 1);
    awaitAll(last);
    assertThat(said("removed while nobody read")).hasSize(1);
  }

  private String otherThan(Fixture on, String gone) {
    await()
        .until(
            () -> on.replicas.running(release.id()).stream().anyMatch(each -> !each.equals(gone)));
    return on.replicas.running(release.id()).stream()
        .filter(each -> !each.equals(gone))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLostNodeIsToldOnceInEachLogItWroteAndWhatFollowsWhenItIsBack() {
    MemoryEngine node = node();
    Fixture lost = reading(node, "seven");
    String container = replica(lost);
    print(node, container, 10);
    awaitAll(container);
    lost.logs.halt().await();
    Fixture leader = process(new MemoryEngine());
    leader.logs.nodeLost("seven", "worker-7");
    leader.logs.nodeLost("seven", "worker-7");
    process(new MemoryEngine()).logs.nodeLost("seven", "worker-7");

    assertThat(said("worker-7 was lost", container.substring(0, 12) + " after 20")).hasSize(1);
    print(node, container, 10);
    reading(node, "seven");
    awaitAll(container);
    assertThat(said("was lost")).hasSize(1);
  }

  @Test
  void whatSlipwaySaysIsInTheLogWhoeverSaysIt() {
    for (Fixture each : List.of(process(new MemoryEngine()), process(new MemoryEngine()))) {
      each.logs.say(shop.id(), LogLevel.WARN, "Replica 1 is restarted.");
    }
    await().until(() -> said("is restarted").size() == 2);
  }
}
