package dev.slipway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.util.EntityUtils;
import org.junit.jupiter.api.Test;

/**
 * Nobody is connected to what is not public, however it is spelt and whatever a name says (T22).
 */
class AddressGuardTest {
  private static final List<String> SPELLINGS =
      List.of(
          "127.0.0.1",
          "127.1",
          "127.0.1",
          "127.255.255.254",
          "2130706433",
          "017700000001",
          "0x7f000001",
          "0x7f.1",
          "0X7F.0.0.1",
          "0177.0.0.1",
          "127.0.0.01",
          "127.0.0.1.",
          "0",
          "0.0.0.0",
          "0.0.0.1",
          "00.0.0.0",
          "10.0.0.1",
          "10.1",
          "012.0.0.1",
          "100.64.0.1",
          "169.254.169.254",
          "0xa9fea9fe",
          "2852039166",
          "0xa9.0xfe.0xa9.0xfe",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.8",
          "192.0.2.1",
          "192.88.99.1",
          "192.168.0.1",
          "198.18.0.1",
          "198.51.100.1",
          "203.0.113.1",
          "224.0.0.1",
          "239.255.255.250",
          "240.0.0.1",
          "255.255.255.255",
          "256.256.256.256",
          "localhost",
          "LOCALHOST",
          "[::]",
          "::",
          "[::1]",
          "::1",
          "0:0:0:0:0:0:0:1",
          "[::ffff:127.0.0.1]",
          "::ffff:7f00:1",
          "::ffff:169.254.169.254",
          "::127.0.0.1",
          "::7f00:1",
          "64:ff9b::127.0.0.1",
          "64:ff9b::a9fe:a9fe",
          "64:ff9b:1::808:808",
          "2002:7f00:1::",
          "2002:a00:1::1",
          "2002:a9fe:a9fe::1",
          "2001:0:4136:e378:8000:63bf:3fff:fdd2",
          "2001:db8::1",
          "2600::5efe:10.0.0.1",
          "2600::200:5efe:127.0.0.1",
          "3fff::1",
          "100::1",
          "5f00::1",
          "fc00::1",
          "fd00::1",
          "fd00:ec2::254",
          "fe80::1",
          "fe80::1%lo",
          "fec0::1",
          "ff02::1",
          "１２７.0.0.1",
          "127。0。0。1",
          "①②⑦.0.0.1",
          "");

  private static final List<String> PUBLIC =
      List.of(
          "1.1.1.1",
          "8.8.8.8",
          "172.15.255.255",
          "172.32.0.1",
          "192.167.1.1",
          "100.63.0.1",
          "100.128.0.1",
          "169.253.0.1",
          "223.255.255.254",
          "2606:4700:4700::1111",
          "2002:808:808::1",
          "64:ff9b::8.8.8.8");

  private final ArrayDeque<List<String>> answers = new ArrayDeque<>();

  /** A name service that gives the answers put into it, the last one for ever. */
  private InetAddress[] told(String host) throws UnknownHostException {
    List<String> answer = answers.size() > 1 ? answers.removeFirst() : answers.peekFirst();
    if (answer == null) {
      throw new UnknownHostException(host);
    }
    var addresses = new InetAddress[answer.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = InetAddress.getByName(answer.get(i));
    }
    return addresses;
  }

  private static Problem refusal(AddressGuard guard, String host) {
    var problem = catchThrowableOfType(Problem.class, () -> guard.resolve(host));
    assertThat(problem).as("a refusal of '%s'", host).isNotNull();
    assertThat(problem.remedy()).isNotBlank();
    return problem;
  }

  @Test
  void noSpellingOfAnAddressThatIsNotPublicPasses() {
    var guard = new AddressGuard(false);
    for (var spelling : SPELLINGS) {
      assertThat(refusal(guard, spelling).code()).as(spelling).isEqualTo("address_refused");
    }
    for (var address : PUBLIC) {
      assertThat(guard.resolve(address)).as(address).hasSize(1);
    }
    System.out.printf(
        "PROMISE T22: %d spellings of addresses that are not public refused, %d public ones let through%n",
        SPELLINGS.size(), PUBLIC.size());
  }

  @Test
  void aNameIsWorthWhatItsWorstAddressIs() {
    var guard = new AddressGuard(false, List.of(), this::told);
    assertThat(refusal(guard, "nobody.example").code()).isEqualTo("host_unknown");
    answers.add(List.of("8.8.8.8", "10.0.0.1"));
    assertThat(refusal(guard, "mixed.example").detail()).contains("mixed.example", "10.0.0.1");
    answers.addFirst(List.of("8.8.8.8", "1.1.1.1"));
    assertThat(guard.resolve("good.example"))
        .extracting(InetAddress::getHostAddress)
        .containsExactly("8.8.8.8", "1.1.1.1");
  }

  @Test
  void allowedNetworksPassAndNothingBesideThem() {
    var settings =
        Settings.of(Map.of("SLIPWAY_ALLOWED_NETWORKS", "10.1.0.0/16, 127.0.0.2/32 fd00:1::/48"));
    var guard = AddressGuard.from(settings);
    settings.check();
    for (var inside : List.of("10.1.0.0", "10.1.255.255", "127.0.0.2", "fd00:1::7", "8.8.8.8")) {
      assertThat(guard.resolve(inside)).as(inside).hasSize(1);
    }
    for (var outside : List.of("10.0.255.255", "10.2.0.0", "127.0.0.1", "fd00:2::7", "10.1")) {
      assertThat(refusal(guard, outside).code()).as(outside).isEqualTo("address_refused");
    }
    for (var wrong : List.of("10.0.0.0", "10.0.0.0/33", "example.org/8", "10.0.0/8", "::1/129")) {
      var mistaken = Settings.of(Map.of("SLIPWAY_ALLOWED_NETWORKS", wrong));
      AddressGuard.from(mistaken);
      assertThatThrownBy(mistaken::check).as(wrong).hasMessageContaining("ALLOWED_NETWORKS");
    }
  }

  @Test
  void aNameThatMovesBetweenJudgementAndConnectionGainsNothing() throws IOException {
    var loopback = new InetSocketAddress("127.0.0.1", 0);
    var inside = HttpServer.create(loopback, 5);
    int port = inside.getAddress().getPort();
    var allowed = HttpServer.create(new InetSocketAddress("127.0.0.2", port), 5);
    answer(inside, "the metadata");
    answer(allowed, "what was judged");
    var guard = new AddressGuard(false, List.of(Network.parse("127.0.0.2/32")), this::told);
    answers.addAll(List.of(List.of("127.0.0.2"), List.of("127.0.0.1")));
    var there = new HttpGet("http://moving.example:" + port + "/");
    try (var client = GuardedHttp.client(guard, Duration.ofSeconds(10));
        var first = client.execute(there)) {
      assertThat(EntityUtils.toString(first.getEntity())).isEqualTo("what was judged");
    } finally {
      allowed.stop(0);
    }
    try (var client = GuardedHttp.client(guard, Duration.ofSeconds(10))) {
      var refused = catchThrowableOfType(Problem.class, () -> client.execute(there));
      assertThat(refused.code()).isEqualTo("address_refused");
    } finally {
      inside.stop(0);
    }
  }

  private static void answer(HttpServer server, String text) {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }
}
