package dev.slipway.runtime.insight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.database.DatabaseContract.Connections;
import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.platform.bus.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code mongosh}, written from its documentation: no server of it runs in the tests. */
final class MongoClient implements Client {
  private static final String MARK = "F ";

  private static final String SCRIPT =
      """
      const v = process.env, e = encodeURIComponent;
      const m = new Mongo("mongodb://" + e(v.SLIPWAY_USER) + ":" + e(v.SLIPWAY_PASSWORD) + "@" + v.SLIPWAY_ADDRESS
        + "/?authSource=admin&directConnection=true&serverSelectionTimeoutMS=8000"
        + (v.SLIPWAY_TLS ? "&tls=true&tlsInsecure=true" : ""));
      const told = require("fs").readFileSync(0, "utf8");
      if (told) {
        const {user, password} = JSON.parse(told);
        m.getDB("admin").changeUserPassword(user, password);
      }
      const d = m.getDB(v.SLIPWAY_DATABASE || "admin"), f = {version: d.version()};
      if (v.SLIPWAY_ALL) {
        const s = d.stats(), c = d.serverStatus().connections;
        f.size = Number(s.storageSize) + Number(s.indexSize);
        f.used = Number(c.current);
        f.limit = Number(c.current) + Number(c.available);
      }
      print("F " + JSON.stringify(f));
      """;

  @Override
  public List<String> command(Login login, Question question) {
    String asked = question == Question.ALL ? SCRIPT.replace("v.SLIPWAY_ALL", "true") : SCRIPT;
    return List.of("mongosh", "--quiet", "--norc", "--nodb", "--eval", asked);
  }

  @Override
  public Map<String, String> env(Login login) {
    Server server = login.server();
    String address = login.address().contains(":") ? "[" + login.address() + "]" : login.address();
    return Map.of(
        "SLIPWAY_USER", server.user(),
        "SLIPWAY_PASSWORD", server.password(),
        "SLIPWAY_ADDRESS", address + ":" + server.port(),
        "SLIPWAY_DATABASE", server.database(),
        "SLIPWAY_TLS", server.tls() ? "1" : "");
  }

  @Override
  public String input(Question question) {
    return "";
  }

  /** Its users are in its data: what it is started with counts only while there are none. */
  @Override
  public Optional<String> newPassword(String user, String fresh) {
    return Optional.of(Json.text(Map.of("user", user, "password", fresh)));
  }

  @Override
  public String version(String output) {
    return facts(output).path("version").asText();
  }

  @Override
  public Insights insights(String output) {
    JsonNode facts = facts(output);
    return new Insights(
        facts.path("version").asText(),
        facts.path("size").asLong(),
        new Connections(facts.path("used").asInt(), facts.path("limit").asInt(), Map.of()),
        null,
        List.of());
  }

  private static JsonNode facts(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(MARK))
        .findFirst()
        .map(line -> Json.read(line.substring(MARK.length()), JsonNode.class))
        .orElseThrow(() -> new Unanswered("facts"));
  }
}
