package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Of;
import dev.slipway.contracts.database.DatabaseContract.Refusal;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseContract.Tested;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.runtime.insight.Asker.Refused;
import dev.slipway.runtime.insight.Asker.Said;
import dev.slipway.runtime.insight.Client.Question;
import dev.slipway.runtime.insight.Client.Unanswered;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseStore;
import dev.slipway.store.DatabaseStore.Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Looks at the servers of databases. Blocks: for virtual threads. */
final class ServerLooks {
  /** Inside its container a server is on the loopback. */
  private static final String HERE = "127.0.0.1";

  private final DatabaseStore databases;
  private final DockerEngine engine;
  private final String installation;
  private final Asker asker;
  private final AddressGuard guard;

  ServerLooks(
      DatabaseStore databases,
      DockerEngine engine,
      String installation,
      Asker asker,
      AddressGuard guard) {
    this.databases = databases;
    this.engine = engine;
    this.installation = installation;
    this.asker = asker;
    this.guard = guard;
  }

  /** What a server of ours tells; it must be on this host. */
  Insights ours(Of asked) {
    ProjectDatabase known = databases.get(asked.databaseId()).await();
    return inside(known, container(known));
  }

  private Insights inside(ProjectDatabase known, String container) {
    Login login = new Login(server(known.id(), HERE), HERE);
    Client client = Client.of(known.engine());
    try {
      return told(client, login, asker.inside(container, client, login, Question.ALL));
    } catch (Refused e) {
      throw silent(e.refusal());
    }
  }

  /** What somebody else's server tells. */
  Insights foreign(Of asked) {
    ProjectDatabase known = databases.get(asked.databaseId()).await();
    Address address = databases.address(known.id()).await();
    Server server = server(known.id(), address.host());
    Client client = Client.of(known.engine());
    Login login = new Login(server, resolved(server));
    try {
      return told(client, login, asker.apart(client, login, Question.ALL, known.version()));
    } catch (Refused e) {
      throw silent(e.refusal());
    }
  }

  private static Insights told(Client client, Login login, Said said) {
    try {
      return client.insights(said.output());
    } catch (Unanswered | NumberFormatException e) {
      throw silent(Refusals.of(login.server(), said.all()));
    }
  }

  private static Problem silent(Refusal refusal) {
    return new Problem(
        503,
        refusal.code(),
        "The database's server does not tell",
        refusal.detail(),
        refusal.remedy(),
        List.of(),
        null);
  }

  /** Whether a server lets somebody in. */
  Tested test(Server server) {
    long begin = System.nanoTime();
    try {
      Client client = Client.of(server.engine());
      Login login = new Login(server, resolved(server));
      Said said = asker.apart(client, login, Question.VERSION, server.engine().defaultVersion());
      return tested(client, server, said, since(begin));
    } catch (Refused e) {
      return new Tested(null, since(begin), e.refusal());
    } catch (Problem e) {
      if (e.status() != 422) {
        throw e;
      }
      return new Tested(null, since(begin), new Refusal(e.code(), e.detail(), e.remedy()));
    }
  }

  private static Tested tested(Client client, Server server, Said said, long took) {
    try {
      return new Tested(client.version(said.output()), took, null);
    } catch (Unanswered e) {
      return new Tested(null, took, Refusals.of(server, said.all()));
    }
  }

  private static long since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }

  /** The address that is connected to: judged, and not looked up again by the client. */
  private String resolved(Server server) {
    List<InetAddress> addresses = guard.resolve(server.host());
    return addresses.getFirst().getHostAddress();
  }

  private Server server(DatabaseId id, String host) {
    Address address = databases.address(id).await();
    ServerAccess access = address.access();
    return new Server(
        address.engine(),
        host,
        address.port(),
        access.user(),
        access.password().reveal(),
        access.database(),
        address.tls());
  }

  private String container(ProjectDatabase known) {
    return engine.containers(Labels.of(installation, known.id(), known.generation())).stream()
        .filter(each -> each.state() == ContainerInfo.State.RUNNING)
        .max(Comparator.comparing(ContainerSummary::createdAt))
        .map(ContainerSummary::id)
        .orElseThrow(() -> notRunning(known));
  }

  private static Problem notRunning(ProjectDatabase known) {
    return Problem.conflict(
        "database_not_running",
        "The server of '" + known.name() + "' does not run on this host just now.",
        "Wait until it runs; GET /api/databases/" + known.id() + " tells.");
  }
}
