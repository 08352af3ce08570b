package dev.slipway.e2e.promises;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import dev.slipway.e2e.lab.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One application on the cluster: its repository, and the way to it through each ingress. */
record LabApp(Field field, String name, Repository repository, String id) {

  String hostName() {
    return name + ".localhost";
  }

  /** The next version, waiting in the repository. */
  void push(String text) {
    repository.push(Sample.saying(text), text);
  }

  /** What the ingress of a host answers; the reason when it does not answer. */
  String text(int host) {
    try (Wire wire = new Wire(field.lab().host(host).address(), Role.HTTP_PORT)) {
      Wire.Reply reply = wire.get(hostName(), "/");
      return reply.status() == 200 ? reply.body().strip() : "status " + reply.status();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Both ingresses answer with the text, now or within some seconds. */
  void awaitText(String text) {
    Until.holds(
        () -> name + " says '" + text + "', but: " + text(1) + " and " + text(2),
        Duration.ofSeconds(30),
        Duration.ofMillis(100),
        () -> text(1).equals(text) && text(2).equals(text));
  }

  /** Visitors through the ingress of a host: four of them, some hundred requests a second. */
  Traffic traffic(int host) {
    return Traffic.to(
        field.lab().host(host).address(),
        Role.HTTP_PORT,
        hostName(),
        new Traffic.Pace(4, Duration.ofMillis(10)));
  }

  /** As the API tells it now. */
  JsonNode now() {
    return field.cluster().api(1).application(id);
  }

  /** Its services on the Swarm, whatever release they are of. */
  List<String> services() {
    return field.manager().services("dev.slipway.application=" + id);
  }
}
