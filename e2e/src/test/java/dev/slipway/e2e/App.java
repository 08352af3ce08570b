package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Wire;
import java.util.List;

/** One application of a promise: its repository, and the way to it. */
record App(World world, String name, Repository repository, String id) {

  String hostName() {
    return name + ".localhost";
  }

  JsonNode deployed() {
    return world.api().deployed(id);
  }

  JsonNode pushAndDeploy(Sample sample) {
    repository.push(sample, "the next version");
    return deployed();
  }

  Wire.Reply visit(String path) {
    return world.visit(hostName(), path);
  }

  String text() {
    return visit("/").body().strip();
  }

  JsonNode now() {
    return world.api().application(id);
  }

  JsonNode rollbackTo(JsonNode deployment) {
    String answer =
        world
            .api()
            .post(
                "/deployments/" + deployment.path("id").asText() + "/rollback", java.util.Map.of())
            .expect(202)
            .json()
            .path("id")
            .asText();
    return world.api().succeeded(answer);
  }

  /** Its services on the engine, whatever release they are of. */
  List<String> services() {
    return EngineSocket.services("dev.slipway.application=" + id);
  }
}
