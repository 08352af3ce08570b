package dev.slipway.gateway;

import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.SessionCookie;
import dev.slipway.store.InvitationStore;
import dev.slipway.store.KeyStore;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.SessionStore;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** People at a {@link TestGateway}, made without a password, which takes its time. */
final class People {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final TestGateway gateway;

  People(TestGateway gateway) {
    this.gateway = gateway;
  }

  /** Somebody with a role; {@code project} null: in the organization. Returns his id. */
  String somebody(Role role, @Nullable String project) {
    String token = SessionCookie.random();
    InvitationStore invitations = new InvitationStore(gateway.database());
    invitations
        .invite(
            "p" + NAMES.incrementAndGet() + "@example.org",
            new Membership(OrganizationStore.DEFAULT, project, role),
            NewKey.hash(token),
            "test",
            1)
        .await();
    return invitations.accept(NewKey.hash(token), "Somebody", null).await().id();
  }

  /** A session of his. */
  Client session(String userId) {
    String cookie = SessionCookie.random();
    new SessionStore(gateway.database())
        .open(userId, NewKey.hash(cookie), "127.0.0.1", "test")
        .await();
    return gateway.nobody().by(cookie);
  }

  /** A key of his; {@code userId} null: of the installation. */
  Client key(@Nullable String userId, @Nullable String project, String... scopes) {
    return key(userId, project, null, scopes);
  }

  Client key(
      @Nullable String userId,
      @Nullable String project,
      @Nullable Instant expiresAt,
      String... scopes) {
    NewKey key = NewKey.random();
    new KeyStore(gateway.database())
        .add(
            "test",
            Set.of(scopes),
            key.hash(),
            key.prefix(),
            expiresAt,
            new KeyStore.Owner(userId, project))
        .await();
    return new Client(gateway.apiPort(), key.key());
  }

  /** A database of that name in a project. */
  String database(String name, String project) {
    return gateway
        .admin()
        .post(
            "/api/databases",
            "{\"name\":\"%s\",\"engine\":\"postgresql\",\"projectId\":\"%s\"}"
                .formatted(name, project))
        .expect(202)
        .string("id");
  }

  /** A project of that name. */
  String project(String name) {
    return gateway
        .admin()
        .post("/api/projects", "{\"name\":\"" + name + "\"}")
        .expect(201)
        .string("id");
  }

  /** An application in a project, never deployed. */
  String application(String name, String project) {
    return gateway
        .admin()
        .post(
            "/api/applications",
            "{\"name\":\"%s\",\"projectId\":\"%s\",\"repository\":\"https://git.example.org/x.git\"}"
                .formatted(name, project))
        .expect(201)
        .string("id");
  }
}
