package dev.slipway.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaPromises;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseServerStore.State;
import dev.slipway.store.DatabaseWorkStore.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A database with a work on it that waits for its runner. */
final class DatabaseWorld implements SagaPromises.World {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final DatabaseStand stand;
  private final DatabaseWork kind;
  private final DatabaseId id;
  private final String work;
  private final Map<String, String> servicesBefore;
  private final ProjectDatabase before;
  private final Consumer<DatabaseWorld> done;

  /**
   * A world.
   *
   * @param done what must hold besides, once the work succeeded
   */
  DatabaseWorld(
      DatabaseStand stand,
      DatabaseWork kind,
      DatabaseId id,
      String work,
      Consumer<DatabaseWorld> done) {
    this.stand = stand;
    this.kind = kind;
    this.id = id;
    this.work = work;
    this.before = stand.now(id);
    this.servicesBefore = services();
    this.done = done;
  }

  @Override
  public Saga saga() {
    return new DatabaseSaga(kind, stand.fixture.databaseParts(), () -> {});
  }

  @Override
  public String sagaId() {
    return work;
  }

  @Override
  public void mustBeDone() {
    if (kind != DatabaseWork.REMOVE) {
      assertThat(stand.work(work).status()).isEqualTo(Status.SUCCESS);
      assertThat(now().failure()).isNull();
    }
    done.accept(this);
    nothingIsShared();
  }

  @Override
  public void mustBeUndone() {
    assertThat(stand.work(work).status()).isEqualTo(Status.FAILED);
    assertThat(now().failure()).isNotNull();
    assertThat(now().config()).isEqualTo(before.config());
    assertThat(now().version()).isEqualTo(before.version());
    assertThat(now().status())
        .isEqualTo(kind == DatabaseWork.CREATE ? DatabaseStatus.FAILED : before.status());
    assertThat(services()).isEqualTo(servicesBefore);
    if (servicesBefore.isEmpty() || kind == DatabaseWork.UPGRADE || kind == DatabaseWork.RESTORE) {
      volumesAre(serving());
    }
    nothingIsShared();
  }

  private void nothingIsShared() {
    assertThat(stand.engine.sharedVolumes()).isEmpty();
  }

  ProjectDatabase now() {
    return stand.now(id);
  }

  /** Replicas and form of each service of the database. */
  Map<String, String> services() {
    return stand.engine.services(Labels.of(DatabaseStand.INSTALLATION, id)).stream()
        .collect(
            Collectors.toMap(
                ServiceInfo::name,
                service -> service.replicas() + " " + service.labels().get(Labels.FORM),
                (one, other) -> one,
                TreeMap::new));
  }

  void runsAlone(int generation, int replicas) {
    assertThat(now().generation()).isEqualTo(generation);
    assertThat(services().values()).hasSize(1).first().asString().startsWith(replicas + " ");
    assertThat(services().keySet()).allMatch(name -> name.endsWith("-g" + generation));
  }

  List<Server> servers() {
    return stand.stores.servers().of(id).await();
  }

  Set<String> serving() {
    return servers().stream()
        .filter(server -> server.state() == State.SERVING || server.state() == State.FORMER)
        .map(Server::volume)
        .collect(Collectors.toSet());
  }

  /** Removed by their node, a moment later. */
  void volumesAre(Set<String> names) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          stand.lookAtNode();
          assertThat(
                  stand.engine.volumes(Labels.of(DatabaseStand.INSTALLATION, id)).stream()
                      .map(VolumeInfo::name))
              .containsExactlyInAnyOrderElementsOf(names);
        });
  }

  void formIsAnother() {
    assertThat(services()).isNotEqualTo(servicesBefore);
  }
}
