package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.SourceArchiveStore.Archive;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SourceArchiveStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private Database database;
  private SourceArchiveStore archives;

  @BeforeEach
  void open() {
    database = POSTGRES.database();
    archives = new SourceArchiveStore(database);
  }

  private Archive kept(String digit) {
    var archive = new Archive(digit.repeat(64), 3, 1);
    archives
        .keep(archive, number -> Future.succeededFuture(Buffer.buffer(number < 3 ? digit : "")))
        .await();
    return archive;
  }

  private void deploy(Application application, Archive archive) {
    new DeploymentStore(database)
        .request(
            application.id(),
            new DeploymentStore.Wish(Trigger.MANUAL, "tester", null, null, archive.id()))
        .await();
  }

  @Test
  void archivesOfTheLastDeploymentsStayAndOthersGo() {
    var application = Samples.application(database);
    var old = kept("a");
    var recent = kept("b");
    var unused = kept("c");
    deploy(application, old);
    deploy(application, recent);
    database.query("update source_archives set used_at = now() - interval '2 hours'").await();
    var lease = lease();
    assertThat(new SweepStore(database).archives(lease, 1).await().rows()).isEqualTo(2);
    assertThat(archives.get(recent.id()).await()).isEqualTo(recent);
    assertThat(archives.part(recent.id(), 2).await()).isEqualTo(Buffer.buffer("b"));
    assertThat(archives.part(recent.id(), 3).await()).isNull();
    assertThat(archives.part(old.id(), 0).await()).isNull();
    assertThatThrownBy(() -> archives.get(unused.id()).await()).hasMessageContaining("not kept");
    assertThatThrownBy(() -> deploy(application, old)).hasMessageContaining("not kept");
    assertThat(new SweepStore(database).archives(lease, 1).await().rows()).isZero();
  }

  private Lease lease() {
    return new Leases(database, "test")
        .claim("sweep-archives", Duration.ofMinutes(5))
        .await()
        .orElseThrow();
  }
}
