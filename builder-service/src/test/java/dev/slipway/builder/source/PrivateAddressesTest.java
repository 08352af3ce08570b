package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.NameService;
import dev.slipway.platform.net.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repository on an allowed address cannot lead a fetch to one that is not (T22): the "Internet"
 * is 127.0.0.2, the private network 127.0.0.1, both with real servers.
 */
class PrivateAddressesTest {
  @TempDir Path folder;
  private TestRepository repository;
  private GitServer inside;
  private GitServer outside;
  private GitSource source;

  @BeforeEach
  void serve() throws IOException {
    repository = new TestRepository(folder.resolve("served/app"));
    repository.file("a.txt", "a").commit("one");
    inside = new GitServer(folder.resolve("served"));
    outside = new GitServer(folder.resolve("served"), new InetSocketAddress("127.0.0.2", 0));
    source =
        new GitSource(
            folder.resolve("data"),
            new AddressGuard(
                false, List.of(Network.parse("127.0.0.2/32")), PrivateAddressesTest::told),
            SourceLimits.defaults());
  }

  @AfterEach
  void stop() {
    inside.close();
    outside.close();
  }

  private static InetAddress[] told(String host) throws java.net.UnknownHostException {
    return host.equals("inside.example")
        ? new InetAddress[] {InetAddress.getByName("127.0.0.1")}
        : NameService.OF_THIS_MACHINE.addresses(host);
  }

  private Problem refusal(String url) {
    var problem =
        catchThrowableOfType(
            Problem.class,
            () -> source.resolve(RepositoryUrl.parse(url), "main", null, SourceListener.NONE));
    assertThat(problem).as(url).isNotNull();
    return problem;
  }

  @Test
  void noRedirectLeadsInside() throws IOException {
    var target = new java.util.concurrent.atomic.AtomicReference<>("");
    var redirecting = HttpServer.create(new InetSocketAddress("127.0.0.2", 0), 5);
    redirecting.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Location", target.get() + exchange.getRequestURI());
            exchange.sendResponseHeaders(302, -1);
          }
        });
    redirecting.start();
    var from = "http://127.0.0.2:" + redirecting.getAddress().getPort() + "/app/.git";
    int refused = 0;
    try {
      target.set("http://127.0.0.2:" + outside.port());
      assertThat(source.resolve(RepositoryUrl.parse(from), "main", null, SourceListener.NONE).sha())
          .as("a redirect to where fetches may go")
          .hasSize(40);
      for (var host :
          List.of(
              "127.0.0.1",
              "localhost",
              "127.1",
              "2130706433",
              "0x7f000001",
              "0177.0.0.1",
              "[::1]",
              "[::ffff:127.0.0.1]",
              "0.0.0.0",
              "169.254.169.254",
              "inside.example")) {
        target.set("http://" + host + ":" + inside.port());
        assertThat(refusal(from).code())
            .as(host) // some are no URL at all
            .isIn("address_refused", "repository_unreachable");
        refused++;
      }
      for (var odd :
          List.of("file:///etc", "git://127.0.0.1", "ssh://127.0.0.1", "gopher://127.0.0.1")) {
        target.set(odd);
        assertThat(refusal(from).code()).as(odd).isEqualTo("repository_unreachable");
        refused++;
      }
    } finally {
      redirecting.stop(0);
    }
    assertThat(inside.requests()).isZero();
    System.out.printf(
        "PROMISE T22: %d redirects from an allowed host to addresses that are not refused, 0 requests arrived%n",
        refused);
  }

  @Test
  void noSubmoduleLeadsInside() throws IOException {
    repository.file(
        ".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = " + inside.url("app/.git") + "\n");
    repository.git("add", "-A");
    repository.git("update-index", "--add", "--cacheinfo", "160000," + "1".repeat(40) + ",x");
    repository.git("commit", "-q", "-m", "submodule");
    var url = RepositoryUrl.parse(outside.url("app/.git"));
    var sha = source.resolve(url, "main", null, SourceListener.NONE).sha();
    var problem =
        catchThrowableOfType(
            Problem.class,
            () -> source.checkOut(url, sha, folder.resolve("tree"), null, SourceListener.NONE));
    assertThat(problem.code()).isEqualTo("submodule_unavailable");
    assertThat(problem.detail()).contains("127.0.0.1", "no public address");
    assertThat(inside.requests()).isZero();
  }

  @Test
  void neitherSshNorTheGitProtocolLeadInside() throws IOException {
    var connected = new AtomicInteger();
    try (var listening = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                listening.accept().close();
                connected.incrementAndGet();
              }
            } catch (IOException closed) {
              Thread.currentThread().interrupt(); // the test is over
            }
          });
      for (var host : List.of("127.0.0.1", "localhost", "inside.example", "[::ffff:127.0.0.1]")) {
        for (var scheme : List.of("ssh://git@", "git://")) {
          assertThat(refusal(scheme + host + ":" + listening.getLocalPort() + "/app").code())
              .as(scheme + host)
              .isEqualTo("address_refused");
        }
      }
      assertThat(connected).hasValue(0);
    }
  }
}
