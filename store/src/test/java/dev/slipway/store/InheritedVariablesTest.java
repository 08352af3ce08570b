package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.EnvironmentStore.Effective;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InheritedVariablesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final EnvironmentStore environments = new EnvironmentStore(database, new PlainVault());
  private final ProjectEnvironmentStore projects =
      new ProjectEnvironmentStore(database, new PlainVault());

  private ProjectId project = new ProjectId("none");
  private Application shop = Samples.application(database);

  @BeforeEach
  void aProjectWithOneApplication() {
    project = new ProjectStore(database).create("p" + System.nanoTime()).await().id();
    shop = application("shop");
  }

  private Application application(String stem) {
    return new ApplicationStore(database)
        .create(stem + "-" + System.nanoTime(), project, Samples.config())
        .await();
  }

  private static EnvironmentVariable variable(String key, String value, boolean secret) {
    return new EnvironmentVariable(key, value, secret, Instant.EPOCH, "ada");
  }

  private void projectHas(EnvironmentVariable... items) {
    projects.edit(project, "ada", null, before -> List.of(items)).await();
  }

  private void shopHas(EnvironmentVariable... items) {
    environments.edit(shop.id(), "ada", before -> List.of(items)).await();
  }

  /** Asks for a deployment and tells what it will run with. */
  private Effective deployed() {
    return environments.effective(shop.id(), frozen()).await();
  }

  private int frozen() {
    String deployment = Samples.waiting(database, shop).value();
    String order =
        database
            .one("select input::text as input from sagas where subject = $1", deployment)
            .await()
            .getString("input");
    return Json.read(order, BuildOrder.class).environmentVersion();
  }

  @Test
  void anApplicationInheritsAndItsOwnVariablesCountMore() {
    projectHas(variable("LEVEL", "info", false), variable("TOKEN", "canary", true));
    assertThat(deployed().required().values())
        .isEqualTo(Map.of("LEVEL", "info", "TOKEN", "canary"));
    shopHas(variable("LEVEL", "debug", false));
    Environment now = deployed().required();
    assertThat(now.values()).isEqualTo(Map.of("LEVEL", "debug", "TOKEN", "canary"));
    assertThat(now.secretValues()).containsExactly("canary");
    assertThat(environments.current(shop.id()).await().values()).containsOnlyKeys("LEVEL");
  }

  @Test
  void aDeploymentKeepsTheProjectsVariablesOfItsTime() {
    projectHas(variable("LEVEL", "one", false));
    int first = frozen();
    projectHas(variable("LEVEL", "two", false));
    int second = frozen();
    assertThat(frozen()).as("nothing changed: the same version").isEqualTo(second);
    assertThat(second).isGreaterThan(first);
    assertThat(environments.effective(shop.id(), first).await().required().values())
        .containsEntry("LEVEL", "one");
    assertThat(environments.effective(shop.id(), second).await().required().values())
        .containsEntry("LEVEL", "two");
    assertThat(environments.effective(shop.id(), 0).await().required().values()).isEmpty();
  }

  @Test
  void referencesAreResolvedAndNeverStoredResolved() {
    Application api = application("api");
    projectHas(
        variable("PASSWORD", "canary$1", true),
        variable("API", "${{app.%s.url}}/v1".formatted(api.name()), false));
    shopHas(
        variable("URL", "postgres://u:${{ project.PASSWORD }}@db", false),
        variable("PASSWORD", "own", false),
        variable(
            "UPSTREAM",
            "${{project.API}} ${{app.%1$s.host}}:${{app.%1$s.port}}".formatted(api.name()),
            false),
        variable("UNTOUCHED", "${HOME} ${{ nothing }} $${{", false));
    Environment run = deployed().required();
    assertThat(run.values())
        .containsEntry("URL", "postgres://u:canary$1@db")
        .containsEntry("PASSWORD", "own")
        .containsEntry("API", "http://" + api.name() + ":8080/v1")
        .containsEntry("UPSTREAM", "http://%1$s:8080/v1 %1$s:8080".formatted(api.name()))
        .containsEntry("UNTOUCHED", "${HOME} ${{ nothing }} $${{");
    assertThat(run.secretValues())
        .as("what a secret was put into is one")
        .containsExactly("postgres://u:canary$1@db");
    assertThat(environments.current(shop.id()).await().values().get("URL"))
        .isEqualTo("postgres://u:${{ project.PASSWORD }}@db");
  }

  @Test
  void aReferenceThatLeadsNowhereIsNamedAndMasksStayWhole() {
    shopHas(variable("TOKEN", "canary", true), variable("URL", "${{app.nobody.url}}", false));
    Effective effective = deployed();
    assertThatThrownBy(effective::required)
        .isInstanceOf(Problem.class)
        .hasMessageContaining("URL refers to ${{app.nobody.url}}, but no application");
    assertThat(effective.environment().secretValues()).containsExactly("canary");

    shopHas(variable("URL", "${{db.main.url}}", false));
    assertThatThrownBy(deployed()::required)
        .hasMessageContaining("no database of this project is meant by 'main.url'");
    shopHas(variable("URL", "${{project.NOT_THERE}}", false));
    assertThatThrownBy(deployed()::required).hasMessageContaining("no variable 'NOT_THERE'");
    shopHas(variable("URL", "${{secret.X}}", false));
    assertThatThrownBy(deployed()::required).hasMessageContaining("nothing named 'secret'");
  }

  @Test
  void otherProjectsApplicationsAreNotMeant() {
    Application elsewhere = Samples.application(database);
    shopHas(variable("URL", "${{app.%s.url}}".formatted(elsewhere.name()), false));
    assertThatThrownBy(deployed()::required).hasMessageContaining("no application of this project");
  }

  @Test
  void referencesInACircleEnd() {
    projectHas(variable("A", "${{project.B}}", false), variable("B", "${{project.A}}", false));
    shopHas(variable("C", "${{project.A}}", false));
    assertThat(deployed().environment().values()).containsKeys("A", "B", "C");
  }
}
