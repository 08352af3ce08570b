package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlipwayCommandTest extends CommandBench {
  @Test
  void theKeyStandsAloneOnTheLastLine() {
    when("POST /api/keys", 201, "{\"key\":\"slw_abc\",\"scopes\":[\"deploy\"]}");

    assertThat(run("key", "create", "--name", "ci", "--scope", "deploy")).isZero();
    assertThat(out.toString().strip().lines().toList()).last().isEqualTo("slw_abc");
    assertThat(asked.getLast())
        .contains("slw_k")
        .contains("{\"name\":\"ci\",\"scopes\":[\"deploy\"]}");
  }

  @Test
  void housekeepingTellsWhatWasCollectedAndWhatIsHeld() {
    when(
        "GET /api/housekeeping",
        200,
        """
        {"duties":[{"duty":"node:n1","startedAt":"2026-11-22T01:00:00Z","endedAt":null,"nextAt":"2026-11-22T02:00:00Z"}],
         "held":[{"duty":"node:n1","what":"images","count":12,"bytes":3145728}],
         "results":[{"duty":"node:n1","what":"images","collected":2,"bytes":1,"error":null,"at":"2026-11-22T01:00:01Z"}]}
        """);
    when("POST /api/housekeeping/runs", 202, "{\"id\":1}");

    assertThat(run("housekeeping")).isZero();
    assertThat(out.toString())
        .containsPattern("node:n1 +images +12 +3 MB")
        .containsPattern("01:00:01Z +node:n1 +images +2 +1 MB +-");
    assertThat(run("housekeeping", "run")).isZero();
    assertThat(asked.getLast()).startsWith("POST /api/housekeeping/runs");
  }

  @Test
  void whoSignsInActsInHisOwnNameUntilHeSignsOut(@TempDir Path home) throws IOException {
    String url = "http://127.0.0.1:" + platform.getAddress().getPort();
    Map<String, String> ada =
        Map.of(
            "SLIPWAY_URL",
            url,
            "SLIPWAY_DATA",
            home.toString(),
            "HOME",
            home.toString(),
            "SLIPWAY_PASSWORD",
            "correct horse battery staple 9");
    Files.writeString(home.resolve("operator.key"), "slw_operator\n");
    Path file = home.resolve(".config/slipway/session");
    Files.createDirectories(file.getParent());
    Files.writeString(file, url + "\nabc\n");
    when("GET /api/projects?limit=200", 200, "{\"items\":[],\"nextCursor\":null}");
    when("POST /api/setup", 201, "{}");

    assertThat(run(ada, "projects", "list")).isZero();
    assertThat(asked.getLast()).doesNotContain("slw_operator");
    assertThat(run(ada, "setup", "--email", "ada@example.org")).isZero();
    assertThat(asked.getLast())
        .contains("slw_operator")
        .contains("\"password\":\"correct horse battery staple 9\"");
    Files.writeString(file, "http://elsewhere.example\nabc\n");
    assertThat(run(ada, "projects", "list")).isZero();
    assertThat(asked.getLast()).contains("slw_operator");
  }

  @Test
  void anInvitationsTokenStandsAloneOnTheLastLine() {
    when(
        "POST /api/invitations", 201, "{\"token\":\"tok\",\"expiresAt\":\"2026-11-29T00:00:00Z\"}");

    assertThat(run("user", "invite", "bob@example.org", "--role", "viewer")).isZero();
    assertThat(out.toString().strip().lines().toList()).last().isEqualTo("tok");
  }

  @Test
  void aWebhookIsSetUpLookedAtAndReplayed() {
    String delivery =
        """
        {"id":"whd_1","receivedAt":"2026-11-22T01:00:00Z","provider":"github","outcome":"ignored",
         "reason":"skipped","detail":"The commit's message says to skip it.","branch":"main",
         "tag":null,"commitSha":"c0ffee1234","pusher":"alice","deploymentId":null}
        """;
    String webhook = "/api/applications/app_1/webhook";
    when(
        "GET " + webhook,
        200,
        "{\"url\":\"http://x/api/webhooks/app_1\",\"secretSet\":false,\"refused\":3,\"lastDelivery\":"
            + delivery
            + "}");
    when("POST " + webhook + "/rotate", 200, "{\"url\":\"http://x\",\"secret\":\"whsec_abc\"}");
    when("GET " + webhook + "/deliveries?limit=20", 200, "{\"items\":[" + delivery + "]}");
    when("POST " + webhook + "/deliveries/whd_1/replay", 202, delivery);

    assertThat(run("webhook", "show", "site")).isZero();
    assertThat(out.toString()).contains("http://x/api/webhooks/app_1", "rotate site", "Refused: 3");
    assertThat(run("webhook", "rotate", "site")).isZero();
    assertThat(out.toString()).contains("Secret: whsec_abc");
    assertThat(run("webhook", "deliveries", "site")).isZero();
    assertThat(out.toString()).containsPattern("whd_1 .*github +ignored +skipped +main +c0ffee1 ");
    assertThat(run("webhook", "replay", "site", "whd_1")).isZero();
    assertThat(out.toString()).contains("Nothing is deployed: The commit's message");
  }

  @Test
  void theOperatorsKeyIsFoundInTheDataDirectory(@TempDir Path data) throws IOException {
    Files.writeString(data.resolve("operator.key"), "slw_operator\n");
    when("GET /api/projects?limit=200", 200, "{\"items\":[],\"nextCursor\":null}");

    assertThat(
            run(
                Map.of(
                    "SLIPWAY_URL",
                    "http://127.0.0.1:" + platform.getAddress().getPort(),
                    "SLIPWAY_DATA",
                    data.toString()),
                "projects",
                "list"))
        .isZero();
    assertThat(asked.getLast()).contains("slw_operator");
  }

  @Test
  void aRefusalIsOneLineWithTheRemedy() {
    when(
        "POST /api/applications/app_1/deployments",
        422,
        "{\"detail\":\"commit: must be a commit id\",\"remedy\":\"Correct the"
            + " fields.\",\"errors\":[{\"field\":\"commit\",\"message\":\"must be a commit"
            + " id\"}]}");

    assertThat(run("deploy", "site", "--commit", "main")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "slipway: commit: must be a commit id. Correct the fields.\n");
    assertThat(run("apps", "show", "nothing")).isEqualTo(1);
  }

  @Test
  void noPlatformIsExitCodeTwo() {
    int port = platform.getAddress().getPort();
    platform.stop(0);

    assertThat(run(Map.of(), "apps", "list", "--url", "http://127.0.0.1:" + port)).isEqualTo(2);
    assertThat(err.toString())
        .contains("does not answer at http://127.0.0.1:" + port)
        .contains("./slipway up");
    assertThat(run(Map.of(), "apps", "lst")).isEqualTo(2);
    assertThat(run(Map.of(), "apps", "list", "--url", "not a url")).isEqualTo(2);
  }

  @Test
  void followingADeploymentShowsItsLogAndHowItWent() {
    when(
        "POST /api/applications/app_1/deployments",
        202,
        "{\"id\":\"dep_1\",\"number\":3,\"status\":\"pending\",\"applicationId\":\"app_1\"}");
    replies
        .computeIfAbsent("GET /api/deployments/dep_1/logs", none -> new ArrayDeque<>())
        .add(
            new Reply(
                200,
                "text/event-stream",
                "id: 1\n"
                    + "data: {\"seq\":1,\"line\":\"building\"}\n\n"
                    + "data: {\"end\":true,\"status\":\"failed\"}\n\n"));
    when(
        "GET /api/deployments/dep_1?wait=60",
        200,
        "{\"id\":\"dep_1\",\"number\":3,\"status\":\"failed\",\"failure\":{\"step\":\"checkout\",\"detail\":\"There"
            + " is no branch 'x'.\",\"remedy\":\"Push it.\"}}");

    assertThat(run("deploy", "site", "--follow")).isEqualTo(1);
    assertThat(out.toString()).contains("building");
    assertThat(err.toString()).contains("failed at checkout: There is no branch 'x'. Push it.");
  }

  @Test
  void withoutADeploymentARollbackGoesToTheReleaseThatServedBefore() {
    when(
        "GET /api/applications/app_1/releases?limit=200",
        200,
        "{\"items\":[{\"state\":\"serving\",\"servedAt\":\"2026-03\",\"deploymentId\":\"dep_3\"},{\"state\":\"cold\",\"servedAt\":\"2026-01\",\"deploymentId\":\"dep_1\"},{\"state\":\"warm\",\"servedAt\":\"2026-02\",\"deploymentId\":\"dep_2\"}],\"nextCursor\":null}");
    when(
        "POST /api/deployments/dep_2/rollback",
        202,
        "{\"id\":\"dep_4\",\"number\":4,\"status\":\"success\",\"applicationId\":\"app_1\",\"durationSeconds\":0.1}");
    when("GET /api/applications/app_1", 200, APP);

    assertThat(run("rollback", "site", "--skip-backups")).isZero();
    assertThat(asked).anyMatch(each -> each.endsWith("{\"skipBackups\":true}"));
    assertThat(out.toString()).contains("Deployment 4 serves after 0.1 s: http://site.example");
  }

  @Test
  void deploymentsAreListedForScripts() {
    platform.removeContext("/");
    platform.createContext(
        "/api/deployments",
        exchange -> {
          asked.add(exchange.getRequestURI().getQuery());
          byte[] body =
              "{\"items\":[{\"id\":\"dep_1\",\"status\":\"failed\",\"durationSeconds\":2.5}],\"nextCursor\":null}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });

    assertThat(
            run(
                "deployments",
                "list",
                "--format",
                "json",
                "--since",
                "7 days ago",
                "--status",
                "failed"))
        .isZero();
    assertThat(asked.getLast()).contains("status=failed").contains("since=20");
    assertThat(out.toString()).contains("\"duration\" : 2.5");
  }

  @Test
  void variablesAreSetAndImported(@TempDir Path folder) throws IOException {
    when(
        "PATCH /api/applications/app_1/environment?deploy=false",
        200,
        "{\"version\":2,\"items\":[{\"key\":\"A\"}],\"deploymentId\":null}");
    when(
        "POST /api/applications/app_1/environment/import",
        200,
        "{\"version\":3,\"items\":[],\"deploymentId\":\"dep_9\"}");
    Path file = Files.writeString(folder.resolve(".env"), "B=2\n");

    assertThat(run("env", "set", "site", "A=x=y", "--no-deploy")).isZero();
    assertThat(asked.getLast()).endsWith("{\"set\":[{\"key\":\"A\",\"value\":\"x=y\"}]}");
    assertThat(run("env", "import", "site", file.toString())).isZero();
    assertThat(asked.getLast()).endsWith("B=2\n");
    assertThat(out.toString()).contains("Deployment dep_9 brings it into effect.");
    assertThat(run("env", "set", "site", "=x")).isEqualTo(2);
  }

  @Test
  void variablesOfAProjectAreExportedAndVersionsCompared() {
    when("GET /api/projects?limit=200", 200, "{\"items\":[{\"id\":\"prj_1\",\"name\":\"web\"}]}");
    when("GET /api/projects/prj_1/environment/export", 200, "A=1\n# B is a secret and left out\n");
    when(
        "GET /api/applications/app_1/environment/difference?from=1&to=2",
        200,
        "{\"changes\":[{\"key\":\"B\",\"change\":\"added\",\"before\":null,\"after\":\"****\"}]}");
    assertThat(run("env", "export", "web", "--project")).isZero();
    assertThat(out.toString()).contains("A=1").contains("# B is a secret");
    assertThat(run("env", "diff", "site", "1", "2")).isZero();
    assertThat(out.toString()).contains("added    B: - -> ****");
  }

  @Test
  void theProcessesOfThePlatformAreShownWithTheirStateAndWork() throws IOException {
    when(
        "GET /api/installation",
        200,
        "{\"processes\":["
            + process("builder-1", "builder", "\"ready\":true,\"alive\":true,\"draining\":false", 1)
            + ","
            + process(
                "gateway-1", "gateway", "\"ready\":false,\"alive\":false,\"draining\":false", 0)
            + "],\"cluster\":{\"members\":2,\"safe\":true}}");

    assertThat(run("processes")).isZero();
    assertThat(out.toString())
        .containsPattern("builder +builder-1 +ready +0.1.0 +host1 +- +1/2 ")
        .containsPattern("gateway +gateway-1 +dead +0.1.0 +host1 +- +- ")
        .contains("2 processes share the bus.");
  }

  private static String process(String id, String role, String state, int running) {
    return ("{'id':'" + id + "','role':'" + role + "','version':'0.1.0','host':'host1',")
            .replace('\'', '"')
        + "\"nodeId\":null,"
        + state
        + ",\"load\":{\"running\":"
        + running
        + ",\"limit\":"
        + running * 2
        + "},\"heartbeatAt\":\"2026-11-22T10:00:00Z\"}";
  }
}
