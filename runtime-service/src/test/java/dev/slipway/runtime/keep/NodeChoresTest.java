package dev.slipway.runtime.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.ImageInfo;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.ReleaseStore;
import dev.slipway.store.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodeChoresTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "cccccc000001";
  private static final String OURS = "slipway-cccccc/";

  private Database database;
  private MemoryEngine engine;
  private Application shop;

  @BeforeEach
  void anEngine() {
    database = POSTGRES.database();
    engine = new MemoryEngine();
    shop = Samples.application(database);
  }

  private Outcome does(String what, Duration grace) throws Exception {
    NodeChores chores =
        new NodeChores(
            engine,
            new HousekeepingStore(database),
            new ImageStore(database),
            INSTALLATION,
            grace,
            false);
    for (Chore chore : chores.all()) {
      if (chore.what().equals(what)) {
        return chore.work().collect();
      }
    }
    throw new AssertionError("There is no chore " + what);
  }

  private Map<String, String> labels(Application application) {
    return Labels.of(INSTALLATION, application.id());
  }

  private void hold(String name) {
    engine.hold(name, MemoryImage.silent().withLabels(labels(shop)));
  }

  private static void ended(Database database) {
    database.query("update deployments set status = 'success'").await();
  }

  @Test
  void anImageGoesWhenNoKeptReleaseNeedsIt() throws Exception {
    hold(OURS + "shop:kept");
    hold(OURS + "shop:gone");
    var kept = Samples.serving(database, shop, OURS + "shop:kept");
    var gone = Samples.candidate(database, shop, OURS + "shop:gone");
    new ReleaseStore(database)
        .move(gone.id(), ReleaseState.CANDIDATE, ReleaseState.REMOVED)
        .await();
    ended(database);

    Outcome outcome = does("images", Duration.ZERO);

    assertThat(outcome.collected()).isEqualTo(1);
    assertThat(outcome.held()).isEqualTo(1);
    assertThat(engine.image(kept.spec().image())).isPresent();
    assertThat(engine.image(gone.spec().image())).isEmpty();
  }

  @Test
  void aFreshImageAndOneOfAnApplicationBeingDeployedStay() throws Exception {
    hold(OURS + "shop:fresh");
    assertThat(does("images", Duration.ofHours(1)).collected()).isZero();
    Samples.waiting(database, shop);
    assertThat(does("images", Duration.ZERO).collected()).isZero();
    ended(database);
    assertThat(does("images", Duration.ZERO).collected()).isEqualTo(1);
  }

  @Test
  void aNameThatAStrangerGaveKeepsTheImage() throws Exception {
    hold(OURS + "shop:old");
    engine.tag(OURS + "shop:old", "friend/copy:1");
    ended(database);

    assertThat(does("images", Duration.ZERO).collected()).isZero();

    assertThat(engine.image("friend/copy:1")).isPresent();
    assertThat(engine.image(OURS + "shop:old")).isEmpty();
    assertThat(engine.images(labels(shop)))
        .extracting(ImageInfo::tags)
        .containsExactly(List.of("friend/copy:1"));
  }

  @Test
  void aVolumeGoesWithItsRemovedApplicationAndNeverBecauseNobodyKnowsIt() throws Exception {
    Application removed = Samples.application(database);
    engine.ensureVolume("of-removed", labels(removed));
    engine.ensureVolume("of-living", labels(shop));
    engine.ensureVolume(
        "of-unknown",
        Map.of(Labels.INSTALLATION, INSTALLATION, Labels.APPLICATION, "app_of_next_week"));
    ApplicationStore applications = new ApplicationStore(database);
    applications.markDeleting(removed.id()).await();
    applications.remove(removed.id()).await();

    assertThat(does("volumes", Duration.ZERO).collected()).isEqualTo(1);

    assertThat(engine.volumes(Labels.ours(INSTALLATION)))
        .extracting(VolumeInfo::name)
        .containsExactlyInAnyOrder("of-living", "of-unknown");
  }

  @Test
  void aClientOfADatabaseThatNobodyEndedIsLeftBehindAfterFiveMinutes() {
    Instant made = Instant.EPOCH;
    var labels = Map.of(Labels.INSTALLATION, INSTALLATION, Labels.DATABASE_CLIENT, "1");
    var client = container(labels, made);
    assertThat(NodeChores.isLeftBehind(client, made.plusSeconds(299))).isFalse();
    assertThat(NodeChores.isLeftBehind(client, made.plusSeconds(301))).isTrue();
    var other = container(labels(shop), made);
    assertThat(NodeChores.isLeftBehind(other, made.plusSeconds(301))).isFalse();
  }

  private static ContainerSummary container(Map<String, String> labels, Instant made) {
    return new ContainerSummary(
        "c1", "sw-ask", "postgres:17", labels, ContainerInfo.State.RUNNING, made);
  }

  @Test
  void aRememberedImageThatIsGoneIsForgotten() throws Exception {
    ImageStore images = new ImageStore(database);
    hold(OURS + "shop:here");
    String here = engine.image(OURS + "shop:here").orElseThrow().id();
    images.remember(new ImageStore.BuiltImage("here", shop.id(), "x", here, null, null)).await();
    images
        .remember(new ImageStore.BuiltImage("gone", shop.id(), "y", "sha256:gone", null, null))
        .await();
    images
        .remember(new ImageStore.BuiltImage("new", shop.id(), "z", "sha256:new", null, null))
        .await();
    database
        .query(
            "update images set created_at = now() - interval '2 hours' where fingerprint <> 'new'")
        .await();

    assertThat(does("remembered-images", Duration.ZERO).collected()).isEqualTo(1);

    assertThat(images.find("here").await()).isPresent();
    assertThat(images.find("new").await()).isPresent();
    assertThat(images.find("gone").await()).isEmpty();
  }
}
