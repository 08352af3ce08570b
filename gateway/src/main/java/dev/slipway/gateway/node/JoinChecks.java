package dev.slipway.gateway.node;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.node.Node;
import dev.slipway.contracts.node.NodeContract.Joined;
import dev.slipway.contracts.node.NodeContract.Reach;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.node.HostLooks.Look;
import dev.slipway.platform.pg.DatabaseUrl;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must be so before another host can join, tried as far as it can be from the hosts here. */
final class JoinChecks {
  private final Stores stores;
  private final HostLooks looks;
  private final DatabaseUrl database;
  private final boolean clustered;

  /**
   * Checks of this installation.
   *
   * @param database as this gateway reaches it
   * @param clustered this process is in a cluster that others can join
   */
  JoinChecks(Stores stores, HostLooks looks, DatabaseUrl database, boolean clustered) {
    this.stores = stores;
    this.looks = looks;
    this.database = database;
    this.clustered = clustered;
  }

  /** How a check ended. */
  enum Status {
    PASSED,
    FAILED,
    /** It can only be tried from the new host. */
    UNKNOWN;

    @JsonValue
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One check.
   *
   * @param remedy null when it passed
   */
  record Check(String name, Status status, String detail, @Nullable String remedy) {
    static Check of(String name, boolean well, String detail, String remedy) {
      return new Check(name, well ? Status.PASSED : Status.FAILED, detail, well ? null : remedy);
    }
  }

  /** The command that tries the rest on the new host. */
  String hostCheck(Joined joined) {
    String registry = joined.registry();
    return "scripts/host-check.sh --manager "
        + joined.manager()
        + (registry == null ? "" : " --registry " + registry)
        + (onlyHere(database.host())
            ? ""
            : " --database " + database.host() + ":" + database.port());
  }

  Future<List<Check>> run(Joined joined) {
    String host = hostOf(joined.manager());
    return stores
        .nodes()
        .list()
        .compose(nodes ->
            looks
                .at(nodes, List.of(joined.manager(), host + ":7946"))
                .map(heard -> {
                  List<Check> found = new ArrayList<>();
                  found.addAll(swarm(joined, nodes, heard));
                  found.addAll(images(joined, nodes, heard));
                  found.addAll(platform());
                  found.add(clock(nodes, heard));
                  return found;
                }));
  }

  private static List<Check> swarm(Joined joined, List<Node> nodes, Map<NodeId, Look> heard) {
    List<Check> found = new ArrayList<>();
    found.add(
        Check.of(
            "swarm-address",
            !onlyHere(hostOf(joined.manager())),
            "The Swarm is joined at " + joined.manager() + ".",
            "Other hosts do not reach that address: make the Swarm anew with"
                + " 'docker swarm init --force-new-cluster --advertise-addr ADDRESS'."));
    for (Node node : nodes) {
      Look look = heard.get(node.id());
      if (look == null) {
        found.add(
            Check.of(
                "runtime-of-" + node.name(),
                false,
                "No runtime-service answers for " + node.name() + ".",
                "Start one on that host: ./slipway run runtime."));
      } else {
        look.reached().addresses().forEach(reach -> found.add(port(node, reach)));
      }
    }
    found.add(
        new Check(
            "overlay-ports",
            Status.UNKNOWN,
            "7946/udp and 4789/udp carry the overlay network; no answer can be had from them here.",
            "Open them between all hosts, and run scripts/host-check.sh on the new one."));
    return found;
  }

  private static Check port(Node node, Reach reach) {
    String problem = reach.problem();
    return Check.of(
        "port-" + reach.address().substring(reach.address().lastIndexOf(':') + 1),
        problem == null,
        node.name()
            + (problem == null
                ? " connects to " + reach.address() + "."
                : " cannot connect to " + reach.address() + ": " + problem),
        "Open 2377/tcp, 7946/tcp, 7946/udp and 4789/udp between the hosts.");
  }

  private static List<Check> images(Joined joined, List<Node> nodes, Map<NodeId, Look> heard) {
    String registry = joined.registry();
    List<Check> found = new ArrayList<>();
    found.add(
        Check.of(
            "registry",
            registry != null && !onlyHere(hostOf(registry)),
            registry == null ? "No registry is set." : "Images are fetched from " + registry + ".",
            "Set SLIPWAY_REGISTRY, for builders and runtimes, to an address that all hosts reach;"
                + " without one a host runs only what was built on it."));
    for (Node node : nodes) {
      Look look = heard.get(node.id());
      Reach reach = look == null ? null : look.reached().registry();
      if (reach != null) {
        Missing missing = Missing.registry(reach.address(), String.valueOf(reach.problem()));
        found.add(
            Check.of(
                "registry-from-" + node.name(),
                reach.ok(),
                reach.ok() ? "Its engine fetches from " + reach.address() + "." : missing.detail(),
                missing.remedy()));
      }
    }
    found.add(
        Check.of(
            "task-address",
            !joined.taskAddress().equals("bridge"),
            "The ingress finds replicas by SLIPWAY_TASK_ADDRESS=" + joined.taskAddress() + ".",
            "'bridge' reaches only the ingress's own host: set SLIPWAY_TASK_ADDRESS=published."));
    return found;
  }

  private List<Check> platform() {
    return List.of(
        Check.of(
            "database",
            !onlyHere(database.host()),
            "This gateway finds PostgreSQL at " + database.host() + ":" + database.port() + ".",
            "The embedded PostgreSQL answers on its own host only: move to one that all hosts"
                + " reach and set SLIPWAY_DATABASE_URL on each."),
        Check.of(
            "cluster",
            clustered,
            clustered
                ? "The processes are members of one cluster."
                : "This process is in no cluster.",
            "Run the roles apart (./slipway run ROLE) with SLIPWAY_CLUSTER set to the addresses"
                + " of the members."));
  }

  private static Check clock(List<Node> nodes, Map<NodeId, Look> heard) {
    List<String> off = new ArrayList<>();
    for (Node node : nodes) {
      Look look = heard.get(node.id());
      if (look != null && look.clockIsOff()) {
        off.add("%s by %.1f s".formatted(node.name(), look.clockOffSeconds()));
      }
    }
    return Check.of(
        "clock",
        off.isEmpty(),
        off.isEmpty()
            ? "The clocks agree with the database's."
            : "Off the database's clock: " + String.join(", ", off) + ".",
        "Keep the time with NTP on every host: apt-get install chrony.");
  }

  private static String hostOf(String address) {
    String bare = address.split("/", 2)[0];
    int colon = bare.lastIndexOf(':');
    return colon < 0 ? bare : bare.substring(0, colon);
  }

  private static boolean onlyHere(String host) {
    return host.isEmpty()
        || host.equals("localhost")
        || host.startsWith("127.")
        || host.startsWith("/")
        || host.equals("::1")
        || host.equals("[::1]");
  }
}
