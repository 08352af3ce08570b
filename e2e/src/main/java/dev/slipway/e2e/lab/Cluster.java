package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The platform on the hosts of a lab, each service in processes of its own: a gateway and a runtime
 * on every host, builders and ingresses on the first two, a backup service on the last.
 */
public final class Cluster {
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  /** Of this lab's processes; 32 bytes. */
  private static final String MASTER_KEY = "0123456789abcdef".repeat(4);

  private final Lab lab;
  private final List<Service> services = new ArrayList<>();
  private String installation = "";

  private Cluster(Lab lab) {
    this.lab = lab;
  }

  /** Starts every process and waits until each says that it is ready. */
  public static Cluster start(Lab lab) {
    Cluster cluster = new Cluster(lab);
    for (Host host : lab.hosts()) {
      cluster.add(Role.GATEWAY, host);
      cluster.add(Role.RUNTIME, host);
    }
    for (Host host : lab.hosts().subList(0, 2)) {
      cluster.add(Role.BUILDER, host);
      cluster.add(Role.INGRESS, host);
    }
    cluster.add(Role.BACKUP, lab.hosts().getLast());
    cluster.bringUp();
    return cluster;
  }

  private void add(Role role, Host host) {
    services.add(new Service(role, host, SlipwayHost.home(), settings(role, host)));
  }

  private Map<String, String> settings(Role role, Host host) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("SLIPWAY_DATABASE_URL", lab.postgres().url());
    settings.put("SLIPWAY_PROCESS", role.word() + "-" + host.index());
    settings.put("SLIPWAY_DOCKER_HOST", host.door().address());
    settings.put("SLIPWAY_REGISTRY", lab.registry().address());
    settings.put("SLIPWAY_REGISTRY_USERNAME", Registry.USER);
    settings.put("SLIPWAY_REGISTRY_PASSWORD", Registry.PASSWORD);
    settings.put("SLIPWAY_MASTER_KEY", MASTER_KEY);
    settings.put("SLIPWAY_TASK_ADDRESS", "published");
    settings.put("SLIPWAY_API_PORT", Integer.toString(Role.API_PORT));
    settings.put("SLIPWAY_HTTP_PORT", Integer.toString(Role.HTTP_PORT));
    settings.put("SLIPWAY_ALLOW_PRIVATE_ADDRESSES", "true");
    settings.put("SLIPWAY_MANAGEMENT_HOST", host.address());
    settings.put("SLIPWAY_MANAGEMENT_PORT", Integer.toString(role.managementPort()));
    if (role.joins()) {
      settings.put("SLIPWAY_CLUSTER", members());
      settings.put("SLIPWAY_CLUSTER_HOST", host.address());
      settings.put("SLIPWAY_CLUSTER_PORT", Integer.toString(role.clusterPort()));
    }
    return settings;
  }

  /** Where processes look for each other: one port of each role that every host may have. */
  private String members() {
    return lab.hosts().stream()
        .flatMap(host ->
            List.of(Role.GATEWAY, Role.RUNTIME, Role.BUILDER).stream()
                .map(role -> host.address() + ":" + role.clusterPort()))
        .collect(Collectors.joining(","));
  }

  private void bringUp() {
    // the first makes the schema and the installation, so that the others find them
    services.getFirst().recordStart();
    services.getFirst().start().awaitReady();
    services.stream().skip(1).forEach(Service::start);
    services.forEach(Service::awaitReady);
    try (Truth truth = lab.postgres().truth()) {
      installation = truth.lines("select id from installation").getFirst();
    }
  }

  // ---- what is here --------------------------------------------------------------------------

  public Lab lab() {
    return lab;
  }

  public List<Service> services() {
    return List.copyOf(services);
  }

  public List<Service> services(Role role) {
    return services.stream().filter(service -> service.role() == role).toList();
  }

  /** The process of a role on a host, which must be there. */
  public Service service(Role role, int host) {
    return services(role).stream()
        .filter(service -> service.host().index() == host)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + role + " on host " + host));
  }

  /** 12 hexadecimal digits, in the label of everything this cluster makes. */
  public String installation() {
    return installation;
  }

  /** The API of the gateway on a host. */
  public Api api(int host) {
    Service gateway = service(Role.GATEWAY, host);
    try {
      return new Api(
          URI.create("http://" + gateway.host().address() + ":" + Role.API_PORT),
          Files.readString(gateway.data().resolve("operator.key")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until every process that runs says that it is ready, and tells how long that took. */
  public Duration awaitReady() {
    return awaitReady(READY_LIMIT);
  }

  public Duration awaitReady(Duration limit) {
    return Duration.ofNanos(
        Until.holds(
            () -> "all processes are ready, but not " + unready() + "\n" + tails(),
            limit,
            Duration.ofMillis(100),
            () -> unready().isEmpty()));
  }

  /** Waits until every member sees all others, and tells how long that took. */
  public Duration awaitWhole(Duration limit) {
    List<Service> joined = joined();
    return Duration.ofNanos(
        Until.holds(
            () -> "every member sees " + joined.size() + " members\n" + tails(),
            limit,
            PACE,
            () -> joined.stream().allMatch(member -> member.members() == joined.size())));
  }

  /** Waits until a member sees fewer than there are, and tells how long that took. */
  public Duration awaitSplit(Service witness, Duration limit) {
    int all = joined().size();
    return Duration.ofNanos(
        Until.holds(
            () -> witness.name() + " sees fewer than " + all + " members\n" + witness.tail(),
            limit,
            PACE,
            () -> witness.members() > 0 && witness.members() < all));
  }

  private List<Service> joined() {
    return services.stream().filter(s -> s.role().joins() && s.runs()).toList();
  }

  /** How often a process of this cluster has left it to join anew. */
  public long rejoined() {
    return services.stream().mapToLong(service -> service.said("to join anew")).sum();
  }

  private List<String> unready() {
    return services.stream()
        .filter(service -> service.runs() && !service.isReady())
        .map(Service::name)
        .toList();
  }

  /** Heals the network, opens the engines' doors, starts what does not run, and waits for it. */
  public void repair() {
    lab.heal();
    lab.hosts().forEach(host -> host.door().open());
    services.forEach(Service::resume);
    services.stream().filter(service -> !service.runs()).forEach(Service::start);
    awaitReady();
  }

  /** Kills and starts again whatever is not ready, so that one broken promise breaks no other. */
  public void replaceUnready() {
    List<String> unready = unready();
    services.stream()
        .filter(service -> unready.contains(service.name()) || !service.runs())
        .forEach(service -> {
          service.kill();
          service.start();
        });
    awaitReady();
  }

  /** Waits until the rows count so many living processes. */
  public void awaitProcesses(int alive) {
    try (Truth truth = lab.postgres().truth()) {
      Until.holds(
          () -> alive + " processes are alive: " + living(truth),
          Duration.ofSeconds(40),
          Duration.ofMillis(200),
          () -> living(truth).size() == alive);
    }
  }

  private static List<String> living(Truth truth) {
    return truth.lines(
        "select id from processes where heartbeat_at > now() - interval '15 seconds' order by id");
  }

  /** The ends of all logs, for the words of a broken promise. */
  public String tails() {
    return services.stream().map(Service::tail).collect(Collectors.joining("\n"));
  }
}
