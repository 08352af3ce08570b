package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeCommandTest extends CommandBench {
  private static String page(String... items) {
    return "{\"items\":[" + String.join(",", items) + "],\"nextCursor\":null}";
  }

  private static String node(String id, String work, String missing) {
    return """
    {"id":"%s","hostname":"host-%s","address":"10.0.0.1","role":"worker","leader":false,
     "state":"ready","availability":"active","engineVersion":"26.1.5","replicas":3,
     "volumes":[],"work":%s,"missing":[%s]}
    """
        .formatted(id, id, work, missing);
  }

  private static String work(String waitingFor) {
    return "{\"kind\":\"drain\",\"waitingFor\":\"" + waitingFor + "\"}";
  }

  private static final String LACKS =
      "{\"code\":\"no_runtime\",\"detail\":\"No runtime-service answers.\",\"remedy\":\"Start"
          + " one.\"}";

  @Test
  void theListShowsWhatAHostLacks() {
    when("GET /api/nodes", 200, page(node("a", "null", LACKS)));

    assertThat(run("node", "list")).isZero();
    assertThat(out.toString())
        .contains("host-a")
        .contains("10.0.0.1")
        .contains("host-a: No runtime-service answers. Start one.");
  }

  @Test
  void drainingIsFollowedUntilItIsDone() {
    String nodes = "GET /api/nodes";
    when(nodes, 200, page(node("a", "null", "")));
    when(nodes, 200, page(node("a", work("3 replicas still end on it."), "")));
    when(nodes, 200, page(node("a", "null", "")));
    when("PATCH /api/nodes/a", 202, node("a", work("3 replicas"), ""));

    assertThat(run("node", "drain", "host-a", "--wait")).isZero();
    assertThat(out.toString())
        .contains("3 replicas still end on it.")
        .contains("'host-a' is drained.");
    assertThat(asked).anyMatch(line -> line.contains("\"availability\":\"drain\""));
  }

  @Test
  void aRemovedHostIsOneThatIsNotListedAnyMore() {
    String nodes = "GET /api/nodes";
    when(nodes, 200, page(node("a", "null", "")));
    when(nodes, 200, page());
    when("DELETE /api/nodes/a?force=true", 202, node("a", work("-"), ""));

    assertThat(run("node", "remove", "a", "--force", "--wait")).isZero();
    assertThat(out.toString()).contains("'host-a' is removed.");
  }

  @Test
  void hostsOfTheSameNameAreToldApartById() {
    String twin = node("b", "null", "").replace("host-b", "host-a");
    when("GET /api/nodes", 200, page(node("a", "null", ""), twin));

    assertThat(run("node", "drain", "host-a")).isEqualTo(1);
    assertThat(err.toString()).contains("give one of the ids [a, b]");
  }

  @Test
  void addingTellsTheStepsAndWhatStandsInTheWay() {
    when("GET /api/nodes", 200, page());
    when(
        "POST /api/nodes/join",
        200,
        """
        {"role":"worker","manager":"10.0.0.1:2377","hostCheck":"scripts/host-check.sh --manager 10.0.0.1:2377",
         "commands":["docker swarm join --token SWMTKN 10.0.0.1:2377","./slipway run runtime"],
         "checks":[{"name":"registry","status":"failed","detail":"No registry is set.","remedy":"Set SLIPWAY_REGISTRY."},
                   {"name":"clock","status":"passed","detail":"The clocks agree.","remedy":null}]}
        """);

    assertThat(run("node", "add")).isEqualTo(1);
    assertThat(out.toString())
        .contains("FAILED registry: No registry is set.")
        .contains("-> Set SLIPWAY_REGISTRY.")
        .contains("ok     clock")
        .contains("scripts/host-check.sh --manager 10.0.0.1:2377")
        .contains("docker swarm join --token SWMTKN 10.0.0.1:2377");
  }

  @Test
  void aNewHostIsWaitedForUntilItLacksNothing() {
    String nodes = "GET /api/nodes";
    when(nodes, 200, page(node("a", "null", "")));
    when(nodes, 200, page(node("a", "null", ""), node("b", "null", LACKS)));
    when(nodes, 200, page(node("a", "null", ""), node("b", "null", "")));
    when("POST /api/nodes/join", 200, "{\"checks\":[],\"commands\":[]}");

    assertThat(run("node", "add", "--wait", "--timeout", "30")).isZero();
    assertThat(out.toString())
        .contains("'host-b' has joined.")
        .contains("'host-b' is ready and answers.");
  }

  private void site() {
    when(
        "GET /api/applications?q=site&limit=200",
        200,
        page("{\"id\":\"app_1\",\"name\":\"site\"}"));
  }

  @Test
  void aReplicaWhoseHostIsSilentIsShownAsSuch() {
    site();
    when(
        "GET /api/applications/app_1/replicas",
        200,
        page(
            "{\"id\":\"t1\",\"slot\":1,\"releaseNumber\":3,\"node\":\"host-a\",\"state\":\"running\","
                + "\"health\":\"healthy\",\"serving\":true,\"stats\":{\"cpuPercent\":12.5,\"memoryBytes\":1048576,"
                + "\"receivedBytes\":0,\"sentBytes\":0},\"note\":null}",
            "{\"id\":\"t2\",\"slot\":2,\"releaseNumber\":3,\"node\":\"host-b\",\"state\":\"running\",\"health\":\"unknown\",\"serving\":true,\"stats\":null,\"note\":\"host-b"
                + " does not answer\"}"));

    assertThat(run("stats", "site")).isZero();
    assertThat(out.toString())
        .contains("12.5 %")
        .contains("1.0 MiB")
        .contains("slot 2: host-b does not answer");
  }

  @Test
  void aCommandInAReplicaEndsWithItsCode() {
    site();
    when(
        "POST /api/applications/app_1/exec",
        200,
        "{\"exitCode\":3,\"output\":\"no such file\\n\",\"dropped\":0}");

    assertThat(run("exec", "site", "--replica", "2", "--", "ls", "-l", "/nowhere")).isEqualTo(3);
    assertThat(out.toString()).isEqualToNormalizingNewlines("no such file\n");
    assertThat(asked.getLast())
        .contains("\"command\":[\"ls\",\"-l\",\"/nowhere\"]")
        .contains("\"replica\":\"2\"");
  }
}
