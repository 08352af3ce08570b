package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.destination.DestinationConfig.Sftp;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.ssh.Ed25519Key;
import dev.slipway.testkit.FaultyProxy;
import dev.slipway.testkit.FaultyProxy.Fault;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An SFTP server that is not who it should be, does not let us in, or goes away. */
@Timeout(60)
class SftpFaultsTest {
  private static final Secret NONE = new Secret("");
  private static final Secret PASSWORD = new Secret("pass");
  private static final Patience SHORT =
      new Patience(
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(12),
          3,
          Duration.ofMillis(10));

  /** Where nothing is to stand still, however busy the machine. */
  private static final Patience LONG =
      new Patience(
          Duration.ofSeconds(20),
          Duration.ofSeconds(40),
          Duration.ofSeconds(60),
          3,
          Duration.ofMillis(10));

  private static final int LARGE = 19 << 20;

  private static SftpServer server;
  @TempDir Path folder;
  private FaultyProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    server = SftpServer.mina();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    proxy = new FaultyProxy(server.port());
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
  }

  private static Destination destination(Sftp config) {
    return new SftpDestination(config, new AddressGuard(true), LONG);
  }

  private Destination throughProxy() {
    return throughProxy(LONG);
  }

  private Destination throughProxy(Patience patience) {
    var config = server.config(proxy.port(), folder, PASSWORD, NONE, server.hostKey());
    return new SftpDestination(config, new AddressGuard(true), patience);
  }

  @Test
  void aKeyLetsUsInAsAPasswordDoes() {
    var key = new Secret(SftpServer.KEY.privateKey());
    try (var keyed =
        destination(server.config(server.port(), folder, NONE, key, server.hostKey()))) {
      keyed.check();
    }
  }

  @Test
  void aWrongPasswordAndAWrongKeyAreDenied() {
    var password =
        server.config(server.port(), folder, new Secret("guessed"), NONE, server.hostKey());
    var other = new Secret(Ed25519Key.generate("other").privateKey());
    var key = server.config(server.port(), folder, NONE, other, server.hostKey());

    for (var config : new Sftp[] {password, key}) {
      try (var wrong = destination(config)) {
        failsWith("destination_denied", wrong::check);
      }
    }
    var none = server.config(server.port(), folder, NONE, new Secret("no key"), server.hostKey());
    try (var unreadable = destination(none)) {
      failsWith("invalid_request", unreadable::check);
    }
  }

  @Test
  void aServerWithoutAPinnedKeyGetsNothingAndItsKeyIsTold() {
    try (var unknown = destination(server.config(server.port(), folder, PASSWORD, NONE, ""))) {
      assertThatThrownBy(unknown::check)
          .satisfies(DestinationContract.code("host_key_unknown"))
          .satisfies(e -> {
            var told = ((Problem) e).remedy().replaceAll("(?s).*hostKey to '([^']+)'.*", "$1");
            var pinned = server.config(server.port(), folder, PASSWORD, NONE, told);
            try (var known = destination(pinned)) {
              known.check();
            }
          });
    }
  }

  @Test
  void aServerWithAnotherKeyGetsNothing() {
    var others = Ed25519Key.generate("other").publicKey();
    try (var changed = destination(server.config(server.port(), folder, PASSWORD, NONE, others))) {
      failsWith("host_key_changed", changed::check);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aMissingDirectoryIsNamedAndNotMade() {
    var missing = folder.resolve("usb");
    try (var there = destination(server.config(missing))) {
      failsWith("destination_missing", there::check);
      failsWith("destination_missing", () -> there.list(""));
      failsWith("destination_missing", () -> there.look("a"));
    }
    assertThat(missing).doesNotExist();
  }

  @Test
  void aConnectionThatIsResetEndsTheWriteAndTheNextOneConnectsAgain() throws Exception {
    try (var destination = throughProxy()) {
      proxy.faults(n -> n == 0 ? new Fault.ResetAfterSent(5 << 20) : new Fault.None());

      failsWith("destination_unreachable", () -> destination.write("a", content()));
      assertThat(folder.resolve("a")).doesNotExist();

      destination.write("a", content());
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("a"));
    }
  }

  @Test
  void aServerThatStandsStillEndsTheWrite() {
    proxy.faults(n -> new Fault.StallAfterSent(5 << 20));
    try (var destination = throughProxy(SHORT)) {
      failsWith("destination_timeout", () -> destination.write("a", content()));
    }
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() {
    proxy.faults(n -> new Fault.StallAfterReceived(0));
    try (var destination = throughProxy(SHORT)) {
      failsWith("destination_timeout", destination::check);
    }
  }

  @Test
  void aReadThatBreaksOffFailsAndNeverEnds() throws Exception {
    try (var destination = throughProxy()) {
      destination.write("a", content());
      proxy.faults(n -> n == 0 ? new Fault.CutAfterReceived(5 << 20) : new Fault.None());
      try (var in = destination.read("a", 0, -1)) {
        assertThatThrownBy(in::readAllBytes)
            .satisfies(DestinationContract.code("destination_unreachable"));
      }
    }
  }

  @Test
  void nobodyThereIsUnreachableAndAPrivateAddressRefused() throws Exception {
    proxy.close();
    try (var gone = throughProxy()) {
      failsWith("destination_unreachable", gone::check);
    }
    try (var guarded = new SftpDestination(server.config(folder), new AddressGuard(false))) {
      failsWith("address_refused", guarded::check);
    }
  }

  private static ByteArrayInputStream content() {
    return new ByteArrayInputStream(DestinationContract.bytes(LARGE));
  }

  private static void failsWith(String code, ThrowingCallable call) {
    DestinationContract.failsWith(code, call);
  }
}
