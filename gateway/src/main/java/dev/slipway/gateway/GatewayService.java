package dev.slipway.gateway;

import dev.slipway.gateway.api.Addresses;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.GetInstallationHandler;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.audit.AuditOperations;
import dev.slipway.gateway.audit.AuditSealing;
import dev.slipway.gateway.audit.LastCheckpoint;
import dev.slipway.gateway.auth.Callers;
import dev.slipway.gateway.auth.KeyGuard;
import dev.slipway.gateway.auth.Permissions;
import dev.slipway.gateway.backup.AlarmWatch;
import dev.slipway.gateway.backup.BackupOperations;
import dev.slipway.gateway.database.DatabaseOperations;
import dev.slipway.gateway.http.Api;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Dashboard;
import dev.slipway.gateway.http.Doorkeeper;
import dev.slipway.gateway.http.Front;
import dev.slipway.gateway.live.EventHub;
import dev.slipway.gateway.live.EventStream;
import dev.slipway.gateway.live.LogHub;
import dev.slipway.gateway.live.LogReader;
import dev.slipway.gateway.live.Logs;
import dev.slipway.gateway.node.NodeOperations;
import dev.slipway.gateway.people.PeopleOperations;
import dev.slipway.gateway.secret.SecretOperations;
import dev.slipway.gateway.source.SourceOperations;
import dev.slipway.gateway.webhook.WebhookOperations;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.LogStore;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway: it offers the contract's operations on two ports. Everything in it lives on this
 * verticle's event loop. The database and what else it is given belong to its maker, who closes
 * them after it.
 */
public final class GatewayService extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayService.class);
  private static final String API_PORT = "SLIPWAY_API_PORT";
  private static final String UI_PORT = "SLIPWAY_UI_PORT";

  private final GatewayConfig config;
  private final Database database;
  private final Vault vault;
  private final Bus bus;
  private final Cluster cluster;
  private final HealthChecks checks;
  private final List<HttpServer> servers = new ArrayList<>();
  private @Nullable LogHub logs;
  private @Nullable EventHub events;
  private @Nullable AuditSealing audit;
  private @Nullable AlarmWatch alarms;

  public GatewayService(
      GatewayConfig config,
      Database database,
      Vault vault,
      Bus bus,
      Cluster cluster,
      HealthChecks checks) {
    this.config = config;
    this.database = database;
    this.vault = vault;
    this.bus = bus;
    this.cluster = cluster;
    this.checks = checks;
  }

  @Override
  public Future<?> start() {
    return vertx
        .executeBlocking(() -> new Loaded(Contract.load(), Dashboard.load()))
        .compose(loaded -> {
          Api api = offered(loaded.contract());
          Doorkeeper door = new Doorkeeper(vertx, config.front());
          return present(events)
              .start()
              .compose(up -> present(audit).start())
              .onSuccess(up -> present(alarms).start())
              .compose(up -> listen(API_PORT, config.apiPort(), door, new Front(api, null, door)))
              .compose(up -> {
                Front front = new Front(api, loaded.dashboard(), door);
                return listen(UI_PORT, config.uiPort(), door, front);
              });
        })
        .onSuccess(up -> LOG.info("The API answers on the ports {} and {}", apiPort(), uiPort()));
  }

  /** What is read from the class path. */
  private record Loaded(Contract contract, Dashboard dashboard) {}

  /** What is offered: every operation of the contract, none left out. */
  private Api offered(Contract contract) {
    Stores stores = Stores.on(database, vault);
    LastCheckpoint lastCheckpoint = LastCheckpoint.in(vertx, config.data());
    AuditSealing sealing = new AuditSealing(database, vault, lastCheckpoint);
    Changes changes = new Changes(database, vault, bus, config.front().proxies(), sealing::soon);
    KeyGuard guard = new KeyGuard(stores.keys());
    LogStore logStore = new LogStore(database);
    EventHub eventHub = new EventHub(vertx, stores.events(), database.url());
    LogHub logHub = new LogHub(vertx, bus, logStore, eventHub);
    logs = logHub;
    events = eventHub;
    audit = sealing;

    Api api =
        new Api(
            contract,
            new Callers(guard, new SessionStore(database)),
            new Permissions(new OrganizationStore(database)));
    Operations operations = new Operations(api);
    operations.offerPlatform(
        contract,
        checks,
        stores.alarms(),
        new GetInstallationHandler(stores, checks, config, cluster));
    alarms = new AlarmWatch(vertx, database);
    operations.offerHousekeeping(stores, changes);
    operations.offerKeys(stores, changes, guard);
    operations.offerProjects(stores, changes);
    operations.offerApplications(
        stores, changes, new Addresses(config.domain(), config.httpPort()));
    operations.offerEnvironments(stores, changes);
    operations.offerDeployments(stores, changes, eventHub, bus);
    Logs offeredLogs = new Logs(vertx, logHub, new LogReader(logStore));
    operations.offerLive(stores, offeredLogs, new EventStream(vertx, eventHub));
    new NodeOperations(stores, changes, bus, database).offer(api);
    new SecretOperations(stores, changes).offer(api);
    new WebhookOperations(stores, changes, database, vault).offer(api, config.publicUrl());
    new AuditOperations(stores, database, sealing, lastCheckpoint).offer(api);
    new PeopleOperations(stores, changes, database, config.oidc()).offer(api);
    new SourceOperations(vertx, stores, changes, config.sources()).offer(api);
    new DatabaseOperations(stores, changes, bus, database)
        .offer(api, offeredLogs, config.sources().addresses());
    new BackupOperations(vertx, stores, changes, bus).offer(api, offeredLogs);
    requireWhole(api);
    return api;
  }

  /** Readers are sent away to come back, who waits is answered, what runs is finished. */
  @Override
  public Future<?> stop() {
    LogHub followed = logs;
    EventHub told = events;
    if (followed != null) {
      followed.goAway();
    }
    AlarmWatch watch = alarms;
    if (watch != null) {
      watch.stop();
    }
    AuditSealing chaining = audit;
    Future<Void> silent = told == null ? Future.succeededFuture() : told.stop();
    List<Future<Void>> closed =
        servers.stream()
            .map(server -> server.shutdown(config.drain().toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return Future.join(Future.join(closed), silent)
        .eventually(() -> chaining == null ? Future.succeededFuture() : chaining.stop());
  }

  /** The port on which the API alone answers; the configured one unless that is 0. */
  public int apiPort() {
    return servers.getFirst().actualPort();
  }

  /** The port on which the dashboard and the API answer. */
  public int uiPort() {
    return servers.getLast().actualPort();
  }

  private Future<HttpServer> listen(String setting, int port, Doorkeeper door, Front front) {
    return vertx
        .createHttpServer(Front.options(config.bind(), port))
        .connectionHandler(door::connected)
        .requestHandler(front::handle)
        .invalidRequestHandler(front::invalid)
        .listen()
        .onSuccess(servers::add)
        .recover(failure -> Future.failedFuture(config.explained(setting, port, failure)));
  }

  private static <T> T present(@Nullable T made) {
    return Objects.requireNonNull(made, "made at the start");
  }

  private static void requireWhole(Api api) {
    if (!api.missing().isEmpty()) {
      throw new IllegalStateException("The contract promises what nobody offers: " + api.missing());
    }
  }
}
