package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReleaseStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private Database database;
  private ReleaseStore releases;
  private Application application;

  @BeforeEach
  void anApplication() {
    database = POSTGRES.database();
    releases = new ReleaseStore(database);
    application = Samples.application(database);
  }

  @Test
  void exactlyOneReleaseServesAndTheOneBeforeIsWarm() {
    Release v1 = Samples.serving(database, application, "v1");
    Release v2 = Samples.serving(database, application, "v2");

    assertThat(releases.get(v1.id()).await().state()).isEqualTo(ReleaseState.WARM);
    assertThat(new ApplicationStore(database).get(application.id()).await().currentReleaseId())
        .isEqualTo(v2.id());
  }

  @Test
  void onlyTheNewestWarmReleaseStaysWarm() {
    Release v1 = Samples.serving(database, application, "v1");
    Release v2 = Samples.serving(database, application, "v2");
    assertThat(releases.cooled().await()).extracting(Release::id).doesNotContain(v1.id());

    Samples.serving(database, application, "v3");

    assertThat(releases.cooled().await())
        .extracting(Release::id)
        .contains(v1.id())
        .doesNotContain(v2.id());
  }

  @Test
  void aWarmReleaseCoolsWhenItsBakeTimeIsOver() {
    Release v1 = Samples.serving(database, application, "v1");
    Samples.serving(database, application, "v2");
    database
        .query(
            "update releases set replaced_at = now() - interval '3 minutes' where id = $1",
            v1.id().value())
        .await();

    assertThat(releases.cooled().await()).extracting(Release::id).contains(v1.id());
    assertThat(releases.move(v1.id(), ReleaseState.WARM, ReleaseState.COLD).await()).isTrue();
    assertThat(releases.move(v1.id(), ReleaseState.WARM, ReleaseState.COLD).await()).isFalse();
  }

  @Test
  void theEleventhLastIsSurplusAndTheLastTenAreNot() {
    Release[] served = new Release[12];
    for (int i = 0; i < served.length; i++) {
      served[i] = Samples.serving(database, application, "v" + i);
      if (i > 0) {
        releases.move(served[i - 1].id(), ReleaseState.WARM, ReleaseState.COLD).await();
      }
    }

    assertThat(releases.surplus().await())
        .filteredOn(release -> release.applicationId().equals(application.id()))
        .extracting(Release::id)
        .containsExactlyInAnyOrder(served[0].id(), served[1].id());
  }

  @Test
  void theReleaseBeforeIsTheOneThatServedLast() {
    Release v1 = Samples.serving(database, application, "v1");
    assertThat(releases.before(v1).await()).isEmpty();
    Release v2 = Samples.serving(database, application, "v2");
    Release v3 = Samples.serving(database, application, "v3");

    assertThat(releases.before(v3).await().map(Release::id)).contains(v2.id());
  }
}
