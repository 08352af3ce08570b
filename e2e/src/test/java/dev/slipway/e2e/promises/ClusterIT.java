package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.lab.Role;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a cluster does while nothing fails. */
@ExtendWith(OneField.class)
final class ClusterIT {
  private final Field field;

  ClusterIT(Field field) {
    this.field = field;
  }

  @Test
  void everyGatewayTakesADeploymentAndEveryIngressServesIt() {
    LabApp app = field.serving("spread", "version 0", Map.of("replicas", 3));
    app.awaitText("version 0");
    for (int host = 1; host <= 3; host++) {
      String text = "through gateway " + host;
      app.push(text);
      field.cluster().api(host).deployed(app.id());
      app.awaitText(text);
    }
    // the first of them may have been retired meanwhile
    assertThat(app.services().stream().flatMap(s -> field.manager().nodesOf(s).stream()))
        .isNotEmpty();
  }

  @Test
  void everyProcessIsKnownToTheCluster() {
    field.cluster().awaitProcesses(field.cluster().services().size() - ingresses().size());
  }

  private List<?> ingresses() {
    return field.cluster().services(Role.INGRESS);
  }
}
