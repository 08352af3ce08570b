package dev.slipway.gateway.node;

import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Joined;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * Tells how a new host joins: the commands with the secret token, and what stands in the way as far
 * as it can be seen from here. Who asked is noted before the token is shown.
 */
final class JoinNodeHandler implements Endpoint {
  private final Changes changes;
  private final Bus bus;
  private final JoinChecks checks;

  JoinNodeHandler(Changes changes, Bus bus, JoinChecks checks) {
    this.changes = changes;
    this.bus = bus;
    this.checks = checks;
  }

  /**
   * What the new host needs.
   *
   * @param hostCheck tries from the new host what cannot be tried from here
   * @param commands to be run on it, in order
   */
  private record View(
      NodeRole role,
      String manager,
      String hostCheck,
      List<String> commands,
      List<JoinChecks.Check> checks) {
    /** Without the commands: they hold the token. */
    @Override
    public String toString() {
      return "View[role=" + role + "]";
    }
  }

  @Override
  public Future<Reply> answer(Call call) {
    NodeRole role = NodeRole.of(call.body().getString("role", NodeRole.WORKER.wire()));
    return changes
        .note(call, "node.join", role.wire(), Map.of())
        .compose(noted -> bus.ask(NodeContract.JOIN, new NodeContract.Joining(role)))
        .compose(joined -> checks.run(joined).map(found -> Reply.ok(view(role, joined, found))));
  }

  private View view(NodeRole role, Joined joined, List<JoinChecks.Check> found) {
    return new View(
        role,
        joined.manager(),
        checks.hostCheck(joined),
        List.of(
            "docker swarm join --token " + joined.token() + " " + joined.manager(),
            "./slipway run runtime"),
        found);
  }
}
