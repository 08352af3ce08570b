package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApplicationStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private Database database;
  private ApplicationStore applications;
  private Project project;

  @BeforeEach
  void aProject() {
    database = POSTGRES.database();
    applications = new ApplicationStore(database);
    project = new ProjectStore(database).standard().await();
  }

  @Test
  void aTakenNameOrDomainIsAConflictThatNamesItAndLeavesNothingBehind() {
    applications.create("first", project.id(), Samples.config("shop.example.org")).await();

    assertThatThrownBy(() -> applications.create("first", project.id(), Samples.config()).await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("first");
    assertThatThrownBy(() ->
            applications.create("second", project.id(), Samples.config("Shop.Example.org")).await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("shop.example.org");
    assertThat(applications.list(null, "second", 10, "").await()).isEmpty();
  }

  @Test
  void ofTwoEditsOfOneVersionTheSecondIsRefused() {
    Application application = Samples.application(database);
    applications
        .update(application.id(), Samples.config("a.example.org"), application.version())
        .await();

    assertThatThrownBy(() ->
            applications
                .update(application.id(), Samples.config("b.example.org"), application.version())
                .await())
        .isInstanceOf(Problem.class)
        .extracting(problem -> ((Problem) problem).status())
        .isEqualTo(412);
    assertThat(applications.get(application.id()).await().config().domains())
        .containsExactly("a.example.org");
  }

  @Test
  void aDeletedApplicationFreesItsNameAtOnceAndIsGoneWhenItsPiecesAre() {
    Application doomed =
        applications.create("doomed", project.id(), Samples.config("d.example.org")).await();
    applications.markDeleting(doomed.id()).await();

    applications.create("doomed", project.id(), Samples.config("d.example.org")).await();
    assertThatThrownBy(() -> applications.get(doomed.id()).await()).isInstanceOf(Problem.class);
    assertThat(applications.deleting().await()).contains(doomed.id());

    applications.remove(doomed.id()).await();
    assertThat(applications.deleting().await()).doesNotContain(doomed.id());
  }

  @Test
  void everyChangeOfStatusIsToldOnce() {
    long before = new EventStore(database).newest().await();
    Application application = Samples.application(database);
    Samples.serving(database, application, "v1");

    assertThat(new EventStore(database).after(before, 100).await())
        .filteredOn(event -> application.id().value().equals(event.applicationId()))
        .extracting(event -> event.type() + " " + event.status())
        .containsExactly(
            "application.changed idle",
            "deployment.changed pending",
            "deployment.changed deploying",
            "application.changed running",
            "deployment.changed success");
  }

  @Test
  void environmentsKeepEveryVersionAndTwoEditorsBothCount() {
    Application application = Samples.application(database);
    EnvironmentStore environments = new EnvironmentStore(database, new PlainVault());

    Future.all(
            environments.edit(application.id(), "one", items -> with(items, "A", "1")),
            environments.edit(application.id(), "two", items -> with(items, "B", "2")))
        .await();

    var current = environments.current(application.id()).await();
    assertThat(current.version()).isEqualTo(2);
    assertThat(current.values()).containsOnlyKeys("A", "B");
    assertThat(environments.version(application.id(), 1).await().items()).hasSize(1);
    assertThat(environments.edit(application.id(), "three", items -> items).await().version())
        .isEqualTo(2);
  }

  private static List<EnvironmentVariable> with(
      List<EnvironmentVariable> items, String key, String value) {
    var all = new java.util.ArrayList<>(items);
    all.add(new EnvironmentVariable(key, value, false, Instant.parse("2026-01-01T00:00:00Z"), "t"));
    return all;
  }
}
