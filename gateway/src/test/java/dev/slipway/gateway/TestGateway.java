package dev.slipway.gateway;

import dev.slipway.contracts.runtime.RuntimeContract;
import dev.slipway.contracts.runtime.RuntimeContract.Readiness;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.http.FrontConfig;
import dev.slipway.gateway.people.OidcConfig;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.cluster.ProcessIdentity;
import dev.slipway.platform.cluster.ProcessRegister;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.InstallationStore;
import dev.slipway.store.KeyStore;
import dev.slipway.store.LogStore;
import dev.slipway.store.ProcessStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway on free ports with a database of its own, and clients to call it. Every answer that a
 * client gets is held against the contract. Register it as a static field.
 */
public final class TestGateway implements BeforeAllCallback, AfterAllCallback {
  /** Where uploads of at most 5 MB pass through. */
  static final java.nio.file.Path UPLOADS =
      java.nio.file.Path.of("target", "upload").toAbsolutePath();

  private final PostgresExtension postgres = new PostgresExtension();
  private @Nullable GatewayService service;
  private @Nullable Bus bus;
  private @Nullable Client admin;
  private volatile Readiness readiness = new Readiness(true, null);

  @Override
  public void beforeAll(ExtensionContext context) {
    postgres.beforeAll(context);
    Vertx vertx = postgres.vertx();
    Bus made = new Bus(vertx, "test");
    bus = made;
    new InstallationStore(database()).idOr("0123456789ab").await();
    made.answer(RuntimeContract.RELEASE_READY, question -> Future.succeededFuture(readiness))
        .await();
    service = started();
    isThere("standalone-1", "standalone", true);
    admin = client("admin");
  }

  private GatewayService started() {
    return started(FrontConfig.DEFAULT, null);
  }

  private GatewayService started(FrontConfig front, @Nullable OidcConfig oidc) {
    return started(front, oidc, checks());
  }

  private HealthChecks checks() {
    return new HealthChecks(vertx())
        .add("database", Duration.ofSeconds(2), () -> database().query("select 1"));
  }

  private GatewayService started(
      FrontConfig front, @Nullable OidcConfig oidc, HealthChecks checks) {
    GatewayService gateway =
        new GatewayService(
            new GatewayConfig(
                "127.0.0.1",
                0,
                0,
                8080,
                "127.0.0.1.sslip.io",
                Duration.ofSeconds(5),
                "",
                null,
                front,
                oidc,
                new GatewayConfig.Sources(UPLOADS, 5 << 20, new AddressGuard(true))),
            database(),
            new PlainVault(),
            bus(),
            new Cluster.Alone(vertx()),
            checks);
    vertx().deployVerticle(gateway).await();
    return gateway;
  }

  /** The same client, at one more gateway on the same database. */
  public Client another() {
    return new Client(started().apiPort(), admin().key());
  }

  /** The same with a provider of identities. */
  public Client another(OidcConfig oidc) {
    return new Client(started(FrontConfig.DEFAULT, oidc).apiPort(), admin().key());
  }

  /** The same client, at one more gateway that lets others in. */
  public Client another(FrontConfig front) {
    return new Client(started(front, null).apiPort(), admin().key());
  }

  /** The same client, at one more gateway that misses a builder. */
  public Client withoutBuilder() {
    HealthChecks checks =
        checks().add("builder", Duration.ofSeconds(2), () -> Future.failedFuture("nobody builds"));
    return new Client(started(FrontConfig.DEFAULT, null, checks).apiPort(), admin().key());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    postgres.afterAll(context);
  }

  public Database database() {
    return postgres.database();
  }

  public Vertx vertx() {
    return postgres.vertx();
  }

  public Bus bus() {
    return present(bus);
  }

  public LogStore logs() {
    return new LogStore(database());
  }

  /** A process of the platform says that it lives. */
  public void isThere(String id, String role, boolean ready) {
    new ProcessStore(database())
        .beat(
            new ProcessRegister.Beat(
                ProcessIdentity.of(id, role),
                "node1",
                null,
                0,
                ready,
                false,
                new ProcessRegister.Load(1, 2, 0.25, 1 << 20)))
        .await();
  }

  /** What the runtime answers when it is asked whether a release can serve again. */
  public void releasesAre(Readiness answer) {
    readiness = answer;
  }

  /** A client whose key has all scopes. */
  public Client admin() {
    return present(admin);
  }

  /** A client with a new key of these scopes. */
  public Client client(String... scopes) {
    return new Client(apiPort(), key(scopes));
  }

  /** A client that shows no key. */
  public Client nobody() {
    return new Client(apiPort(), "");
  }

  /** A new key of these scopes. */
  public String key(String... scopes) {
    NewKey key = NewKey.random();
    new KeyStore(database()).add("test", Set.of(scopes), key.hash(), key.prefix(), null).await();
    return key.key();
  }

  public int apiPort() {
    return present(service).apiPort();
  }

  public int uiPort() {
    return present(service).uiPort();
  }

  private static <T> T present(@Nullable T value) {
    return java.util.Objects.requireNonNull(value, "registered as a static field?");
  }
}
