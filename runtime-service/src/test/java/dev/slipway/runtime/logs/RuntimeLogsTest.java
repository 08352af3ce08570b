package dev.slipway.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.Fixture;
import dev.slipway.runtime.Fixture.Shape;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.Launcher;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RuntimeLogsTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Pattern LINE = Pattern.compile("\"line\":\"(line [0-9]+)\"");
  private final MemoryEngine engine = new MemoryEngine();

  @Test
  void whoTakesOverReadsOnWithoutLosingOrDoublingALine() {
    engine.hold("shop:1", MemoryImage.web(Fixture.PORT, "one"));
    Application shop;
    String container;
    try (Fixture first = new Fixture(POSTGRES.database(), engine, "aaaaaaaaaaaa")) {
      Shape shape = Shape.web(Fixture.PORT);
      shop = first.application(shape);
      var release = first.release(first.deploy(shop, shape, "shop:1"));
      first.logs.start();
      first.watch.tell(first.logs).start();
      first.launcher.launch(
          new Launcher.Order(
              release,
              new Images.Source("shop:1", false, true),
              new Launcher.Place(shop.projectId().value(), shop.projectName()),
              1,
              Map::of,
              Map.of()),
          Fixture.UNDISPUTED);
      await().until(() -> !first.replicas.running(release.id()).isEmpty());
      container = first.replicas.running(release.id()).getFirst();
      print(container, 0, 500);
      await().until(() -> lines(first, shop).size() == 500);
      first.logs.stop().await();
    }
    print(container, 500, 700);
    try (Fixture second = new Fixture(POSTGRES.database(), engine, "aaaaaaaaaaaa")) {
      second.logs.start();
      second.watch.tell(second.logs).start();
      await().until(() -> lines(second, shop).size() >= 700);
      print(container, 700, 800);
      await().until(() -> lines(second, shop).size() >= 800);
      List<String> all = lines(second, shop);
      assertThat(all).hasSize(800).doesNotHaveDuplicates();
      assertThat(all.getFirst()).isEqualTo("line 0");
      assertThat(all.getLast()).isEqualTo("line 799");
      assertThat(second.log(shop)).contains("\"step\":\"r1\"");
    }
  }

  private void print(String container, int from, int to) {
    for (int n = from; n < to; n++) {
      engine.print(container, OutputKind.STDOUT, "line " + n);
    }
  }

  private static List<String> lines(Fixture fixture, Application shop) {
    return LINE.matcher(fixture.log(shop)).results().map(found -> found.group(1)).toList();
  }
}
