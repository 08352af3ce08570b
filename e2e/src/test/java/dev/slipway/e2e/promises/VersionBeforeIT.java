package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** T28 from the version before, built from its own commit: up, down again and up once more. */
@EnabledIfSystemProperty(named = "slipway.soak", matches = "true")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VersionBeforeIT {
  /** The last commit before processes of their own, hosts and a cluster. */
  private static final String BEFORE = "8581d8b";

  private final GitServer git = GitServer.start();
  private Path tree;
  private SlipwayHost before;
  private SlipwayHost now;
  private Repository repository;
  private String application;
  private int version;

  @BeforeAll
  void theVersionBeforeServes(@TempDir Path folder) {
    tree = folder.resolve("tree");
    Shell.run(SlipwayHost.home(), "git", "worktree", "add", "--detach", tree.toString(), BEFORE);
    now = SlipwayHost.fresh("upgrade");
    before = now.through(tree);
    before.up(Map.of("SLIPWAY_AOT", "no"));
    repository = git.repository("upgraded");
    repository.push(Sample.saying("version 0"), "first");
    application =
        before
            .api()
            .create(
                Map.of(
                    "name",
                    "upgraded",
                    "repository",
                    repository.url(),
                    "build",
                    Map.of("type", "dockerfile"),
                    "port",
                    8080,
                    "healthCheck",
                    Map.of("path", "/health")));
    before.api().deployed(application);
  }

  @AfterAll
  void remove() {
    try (git) {
      now.close();
    } finally {
      Shell.run(SlipwayHost.home(), "git", "worktree", "remove", "--force", tree.toString());
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void anUpgradeInTheMiddleOfADeploymentAndBackAgainLosesNothing() {
    try (Traffic traffic =
        Traffic.to("upgraded.localhost", now.httpPort(), 4, Duration.ofMillis(5))) {
      String first = changeVersionInTheMiddleOfADeployment(before, now);
      // an operator who goes back finds the schema of the newer version
      String second = changeVersionInTheMiddleOfADeployment(now, before);
      String third = changeVersionInTheMiddleOfADeployment(before, now);
      Traffic.Tally seen = traffic.stop();
      PromiseReport.tell(
          "T28",
          "standalone, from the version before (%s) to this one, back and forth again, each in the middle of a deployment: %s; %d requests, %d failed"
              .formatted(BEFORE, List.of(first, second, third), seen.requests(), seen.failed()));
      assertThat(List.of(first, second, third)).containsOnly("success");
      assertThat(seen.failures()).isEmpty();
    }
  }

  private String changeVersionInTheMiddleOfADeployment(SlipwayHost from, SlipwayHost to) {
    String text = "version " + ++version;
    repository.push(Sample.saying(text), text);
    String id = from.api().deploy(application);
    from.down();
    to.up(Map.of("SLIPWAY_AOT", "no"));
    JsonNode deployment = to.api().ended(id, Duration.ofMinutes(2));
    return deployment.path("status").asText();
  }
}
