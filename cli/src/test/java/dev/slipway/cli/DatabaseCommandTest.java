package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatabaseCommandTest extends CommandBench {
  private static final String FOUND = "GET /api/databases?q=main&limit=200";
  private static final String WORK = "GET /api/databases/db_1/work/dbw_1?wait=2";

  private static String database(String work) {
    return """
    {"id":"db_1","name":"main","engine":"postgresql","version":"17","status":"running","host":"main",
     "port":5432,"externalPort":null,"nodeId":"n1","external":false,"work":%s,"failure":null}
    """
        .formatted(work);
  }

  private static String page(String item) {
    return "{\"items\":[" + item + "],\"nextCursor\":null}";
  }

  private static String work(String kind, String status, String step) {
    return """
    {"id":"dbw_1","databaseId":"db_1","kind":"%s","status":"%s","step":%s,"failure":null}
    """
        .formatted(kind, status, step);
  }

  @Test
  void creatingSendsWhatIsSaidAndTellsItsReference() {
    when("POST /api/databases", 202, database(work("create", "pending", "null")));

    int code =
        run(
            "db",
            "create",
            "main",
            "--version",
            "17",
            "--memory",
            "512",
            "--cpus",
            "0.5",
            "--external-port",
            "15432",
            "--set",
            "max_connections=50");

    assertThat(code).isZero();
    assertThat(asked.getLast())
        .contains("\"engine\":\"postgresql\"")
        .contains("\"memoryMb\":512,\"cpus\":0.5")
        .contains("\"externalPort\":15432")
        .contains("\"settings\":{\"max_connections\":\"50\"}");
    assertThat(out.toString()).contains("dbw_1 asked for").contains("${{db.main.url}}");
  }

  @Test
  void waitingTellsEachStepOnceAndTheEnd() {
    when(FOUND, 200, page(database("null")));
    when("POST /api/databases/db_1/restart", 202, database(work("restart", "pending", "null")));
    when(WORK, 200, work("restart", "running", "\"Stops the server\""));
    when(WORK, 200, work("restart", "running", "\"Stops the server\""));
    when(WORK, 200, work("restart", "running", "\"Starts the server\""));
    when(WORK, 200, work("restart", "success", "null"));

    assertThat(run("database", "restart", "main", "--wait")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines("Stops the server\nStarts the server\n'main' runs again.\n");
  }

  @Test
  void workThatFailsTellsWhyAndEndsWithOne() {
    when(FOUND, 200, page(database("null")));
    when("POST /api/databases/db_1/start", 202, database(work("start", "pending", "null")));
    when(
        WORK,
        200,
        work("start", "failed", "null")
            .replace(
                "\"failure\":null",
                "\"failure\":{\"step\":\"await\",\"code\":\"x\",\"detail\":\"It does not answer.\","
                    + "\"remedy\":\"Read its log.\",\"logTail\":[\"PANIC\"]}"));

    assertThat(run("database", "start", "main", "--wait")).isEqualTo(1);
    assertThat(err.toString()).contains("It failed at await: It does not answer. Read its log.");
    assertThat(out.toString()).contains("PANIC");
  }

  @Test
  void aRemovedDatabaseIsOneWhoseWorkIsGoneWithIt() {
    when(FOUND, 200, page(database("null")));
    when(
        "DELETE /api/databases/db_1?removeData=true&force=false",
        202,
        database(work("remove", "pending", "null")));
    when(
        WORK,
        404,
        "{\"detail\":\"There is no database 'db_1'.\",\"remedy\":\"Check the id.\",\"errors\":[]}");

    assertThat(run("database", "remove", "main", "--remove-data", "--wait")).isZero();
    assertThat(out.toString()).contains("'main' is removed.");
  }

  @Test
  void theConnectionIsMaskedUnlessRevealed() {
    when(FOUND, 200, page(database("null")));
    when(
        "GET /api/databases/db_1/connection",
        200,
        "{\"url\":\"postgresql://app:****@main:5432/main\",\"externalUrl\":null,\"reference\":\"${{db.main.url}}\"}");
    when(
        "GET /api/databases/db_1/connection?reveal=true",
        200,
        "{\"url\":\"postgresql://app:pw@main:5432/main\",\"externalUrl\":\"postgresql://app:pw@10.0.0.1:15432/main\",\"reference\":\"${{db.main.url}}\"}");

    assertThat(run("database", "connection", "main")).isZero();
    assertThat(out.toString()).contains("****");
    assertThat(run("database", "connection", "main", "--reveal")).isZero();
    assertThat(out.toString()).contains("10.0.0.1:15432");
  }

  @Test
  void insightsAreReadByPeople() {
    when(FOUND, 200, page(database("null")));
    when(
        "GET /api/databases/db_1/insights",
        200,
        """
        {"serverVersion":"17.6","sizeBytes":8388608,"connections":{"used":3,"limit":100,"byState":{"idle":2}},
         "querySource":"pg_stat_statements",
         "queries":[{"query":"select *\\n from orders","calls":7,"totalMs":70.0,"meanMs":10.0,"rows":7}]}
        """);
    when(
        "GET /api/databases/db_1/statistics",
        200,
        "{\"cpuPercent\":12.5,\"memoryBytes\":1048576,\"memoryLimitBytes\":2097152}");

    assertThat(run("db", "insights", "main")).isZero();
    assertThat(out.toString())
        .contains("8.0 MiB")
        .contains("3 of 100 (2 idle)")
        .contains("12.5 % of a processor, 1.0 MiB of 2.0 MiB memory")
        .contains("select * from orders");
  }

  @Test
  void theListShowsWhatWentWrong() {
    when(
        "GET /api/databases?limit=200",
        200,
        page(
            database("null")
                .replace(
                    "\"failure\":null",
                    "\"failure\":{\"detail\":\"No place left.\",\"remedy\":\"Make room.\"}")));

    assertThat(run("database", "list")).isZero();
    assertThat(out.toString())
        .contains("postgresql 17")
        .contains("main:5432")
        .contains("main: No place left. Make room.");
  }
}
