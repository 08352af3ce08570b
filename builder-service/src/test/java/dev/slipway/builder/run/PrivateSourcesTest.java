package dev.slipway.builder.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.builder.source.GitSource;
import dev.slipway.builder.source.HostKeyFile;
import dev.slipway.builder.source.SourceLimits;
import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.ssh.Ed25519Key;
import dev.slipway.store.KnownHostStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Private repositories let builds in by what is kept for their application, and only there. */
class PrivateSourcesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  @TempDir Path folder;
  private BuildWorld world;

  @BeforeEach
  void open() throws IOException {
    POSTGRES.clear("applications", "sagas", "saga_steps", "known_hosts");
    var engine = new MemoryEngine();
    engine.hold("slipway-base/busybox:latest", MemoryImage.web(3000, "hello"));
    world = new BuildWorld(folder, POSTGRES, engine, null);
    world
        .repository("app")
        .file("Dockerfile", "FROM slipway-base/busybox:latest\n")
        .commit("First");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Deployment deployed(Application application) {
    POSTGRES.database().query("update sagas set state = 'done' where kind = 'deploy'").await();
    POSTGRES
        .database()
        .query("update deployments set status = 'success' where status = 'deploying'")
        .await();
    DeploymentId id = world.request(application);
    var parts = world.parts();
    var source =
        new GitSource(
            world.config.data(),
            new AddressGuard(true),
            SourceLimits.defaults(),
            new StoredHostKeys(
                new KnownHostStore(POSTGRES.database()),
                new HostKeyFile(world.config.data().resolve("ssh/known_hosts"))));
    var saga =
        new BuildSaga(
            new BuildParts(
                parts.vertx(),
                parts.config(),
                parts.engine(),
                source,
                parts.bus(),
                parts.stores(),
                parts.admission()));
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            POSTGRES.database(),
            List.of(saga),
            RunnerConfig.of(world.config.owner(), 1),
            CrashPoints.NONE);
    runner.start().await();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              !Set.of(DeploymentStatus.PENDING, DeploymentStatus.BUILDING)
                  .contains(world.get(id).status()));
    } finally {
      runner.stop().await();
    }
    return world.get(id);
  }

  private static String failure(Deployment deployment) {
    return Objects.requireNonNull(deployment.failure()).code();
  }

  private void isNowhere(String secret, Deployment deployment) throws IOException {
    assertThat(world.log(deployment.id())).noneMatch(line -> line.contains(secret));
    assertThat(String.valueOf(deployment)).doesNotContain(secret);
    try (var files = Files.walk(world.config.data())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain(secret);
      }
    }
  }

  @Test
  void aTokenOpensTheRepositoryAndIsKeptNowhereElse() throws IOException {
    var token = "tok3n-of-the-repository";
    world.git.protect("robot", token);
    var application = world.application("app", BuildConfig.auto(), null);
    assertThat(failure(deployed(application))).isEqualTo("repository_private");
    world
        .parts()
        .stores()
        .access()
        .putCredentials(application.id(), "token", Map.of("username", "robot"), token, "tester")
        .await();
    var deployment = deployed(application);
    assertThat(deployment.status()).isEqualTo(DeploymentStatus.DEPLOYING);
    isNowhere(token, deployment);
    world
        .parts()
        .stores()
        .access()
        .putCredentials(
            application.id(), "token", Map.of("username", "robot"), "wrong-" + token, "tester")
        .await();
    world.repository("app").file("b", "b").commit("Second");
    var refused = deployed(application);
    assertThat(failure(refused)).isEqualTo("repository_private");
    isNowhere("wrong-" + token, refused);
  }

  @Test
  void aDeployKeyOpensTheRepositoryAndTheHostsKeyIsPinned() throws Exception {
    var key = Ed25519Key.generate("slipway-app");
    var shared =
        PublicKeyEntry.parsePublicKeyEntry(key.publicKey()).resolvePublicKey(null, null, null);
    assertThat(KeyUtils.getFingerPrint(shared)).isEqualTo(key.fingerprint());
    int port;
    Application application;
    try (var server = sshServer("host-1", "EC", shared, 0)) {
      port = server.getPort();
      var url = "ssh://git@127.0.0.1:" + port + folder.resolve("served/app");
      application =
          world.create("over-ssh", BuildWorld.settings(url, BuildConfig.auto(), null, 3000));
      assertThat(failure(deployed(application))).isEqualTo("repository_private");
      world
          .parts()
          .stores()
          .access()
          .putKey(application.id(), key.publicKey(), key.fingerprint(), key.privateKey(), "tester")
          .await();
      var deployment = deployed(application);
      assertThat(deployment.status()).as("%s", deployment).isEqualTo(DeploymentStatus.DEPLOYING);
      isNowhere("PRIVATE KEY", deployment);
    }
    var hosts = new KnownHostStore(POSTGRES.database());
    var seen = hosts.all().await();
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().host()).isEqualTo("[127.0.0.1]:" + port);
    assertThat(seen.getFirst().confirmedBy()).isNull();
    // another key, and another type of key: neither is the host that is known
    for (var type : List.of("EC", "RSA")) {
      try (var impostor = sshServer("host-2-" + type, type, shared, port)) {
        assertThat(impostor.isStarted()).isTrue();
        var refused = deployed(application);
        assertThat(failure(refused)).as(type).isEqualTo("host_key_changed");
      }
    }
    hosts.forget(seen.getFirst().id()).await();
    try (var moved = sshServer("host-3", "RSA", shared, port)) {
      assertThat(moved.isStarted()).isTrue();
      assertThat(deployed(application).status()).isEqualTo(DeploymentStatus.DEPLOYING);
    }
  }

  private SshServer sshServer(String name, String type, PublicKey allowed, int port)
      throws IOException {
    var server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(port);
    var host = new SimpleGeneratorHostKeyProvider(folder.resolve(name));
    host.setAlgorithm(type);
    server.setKeyPairProvider(host);
    server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, allowed));
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    server.start();
    return server;
  }

  @Test
  void aGitHubAppGetsATokenWithItsKey() throws Exception {
    var pair = rsa();
    var token = "ghs_installation-token";
    world.git.protect("x-access-token", token);
    var api = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 5);
    api.createContext("/", exchange -> answer(exchange, pair.getPublic(), token));
    api.start();
    try {
      var application = world.application("app", BuildConfig.auto(), null);
      var settings =
          Map.of(
              "appId", "12345",
              "installationId", "67890",
              "apiUrl", "http://127.0.0.1:" + api.getAddress().getPort());
      give(application, settings, pem(pair));
      var deployment = deployed(application);
      assertThat(deployment.status()).as("%s", deployment).isEqualTo(DeploymentStatus.DEPLOYING);
      isNowhere(token, deployment);
      give(application, settings, pem(rsa()));
      assertThat(failure(deployed(application))).isEqualTo("github_app_refused");
      give(application, settings, "-----BEGIN RSA PRIVATE KEY-----\nnonsense");
      assertThat(failure(deployed(application))).isEqualTo("key_unreadable");
    } finally {
      api.stop(0);
    }
  }

  private void give(Application application, Map<String, String> settings, String key) {
    world
        .parts()
        .stores()
        .access()
        .putCredentials(application.id(), "github-app", settings, key, "tester")
        .await();
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    var maker = KeyPairGenerator.getInstance("RSA");
    maker.initialize(2048);
    return maker.generateKeyPair();
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** What GitHub does: a token for whoever signs as the app. */
  private static void answer(HttpExchange exchange, PublicKey key, String token)
      throws IOException {
    try (exchange) {
      boolean right =
          exchange.getRequestURI().getPath().equals("/app/installations/67890/access_tokens")
              && exchange.getRequestMethod().equals("POST")
              && signed(exchange.getRequestHeaders().getFirst("Authorization"), key);
      var body =
          (right ? "{\"token\":\"" + token + "\"}" : "{\"message\":\"no\"}")
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(right ? 201 : 401, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static boolean signed(String header, PublicKey key) {
    var parts = header.substring("Bearer ".length()).split("\\.");
    var decoder = Base64.getUrlDecoder();
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      var claims = new JsonObject(new String(decoder.decode(parts[1]), StandardCharsets.UTF_8));
      long now = System.currentTimeMillis() / 1000;
      return signature.verify(decoder.decode(parts[2]))
          && claims.getString("iss").equals("12345")
          && claims.getLong("iat") <= now
          && claims.getLong("exp") > now
          && claims.getLong("exp") - claims.getLong("iat") <= 600;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
