package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.platform.net.Network;
import dev.slipway.testkit.FaultyProxy;
import dev.slipway.testkit.FaultyProxy.Fault;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails, and a network that does: each ends with its cause and never as a success. */
@Timeout(60)
class S3FaultsTest {
  private static final Patience SHORT =
      new Patience(
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(12),
          3,
          Duration.ofMillis(10));
  private static final int LARGE = (19 << 20) + 5;

  @TempDir private static Path folder;
  private static S3Server server;

  private final String prefix = "faults/" + UUID.randomUUID();
  private FaultyProxy proxy;
  private Destination destination;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    proxy = new FaultyProxy(server.port());
    destination = destination(S3Server.config(proxy.port(), prefix), new AddressGuard(true));
  }

  @AfterEach
  void close() throws Exception {
    destination.close();
    proxy.close();
  }

  private static Destination destination(S3 config, AddressGuard guard) {
    return new S3Destination(config, guard, SHORT);
  }

  @Test
  void aWrongSecretIsDenied() {
    var right = server.config(prefix);
    try (var wrong =
        destination(
            (S3) right.withSecrets(java.util.Map.of("secretKey", new Secret("guessed"))),
            new AddressGuard(true))) {
      failsEverywhere(wrong, "destination_denied");
      assertThatThrownBy(wrong::check).hasMessageNotContainingAny("guessed");
    }
  }

  @Test
  void aMissingBucketIsNamed() {
    var config = server.config(prefix);
    var other =
        new S3(
            config.endpoint(),
            "us-east-1",
            "nobody-made-it",
            prefix,
            "who",
            config.secretKey(),
            true);
    try (var missing = destination(other, new AddressGuard(true))) {
      failsEverywhere(missing, "destination_missing");
    }
  }

  private static void failsEverywhere(Destination destination, String code) {
    failsWith(code, () -> destination.write("a", content(10)));
    failsWith(code, () -> destination.write("a", content(LARGE)));
    failsWith(code, () -> destination.read("a", 0, -1));
    failsWith(code, () -> destination.look("a"));
    failsWith(code, () -> destination.list(""));
    failsWith(code, () -> destination.remove("a"));
    failsWith(code, destination::check);
  }

  @Test
  void anotherRegionIsNamed() {
    proxy.faults(n ->
        answer(
            "400 Bad Request",
            "AuthorizationHeaderMalformed",
            "x-amz-bucket-region: eu-central-2"));

    assertThatThrownBy(() -> destination.list(""))
        .satisfies(DestinationContract.code("region_wrong"))
        .extracting(e -> ((Problem) e).remedy())
        .asString()
        .contains("eu-central-2");
  }

  @Test
  void aStoreThatFailsNowAndThenIsAskedAgain() throws Exception {
    proxy.faults(n ->
        n % 2 == 0 ? answer("500 Internal Server Error", "InternalError", "") : new Fault.None());
    byte[] content = DestinationContract.bytes(LARGE);

    destination.write("a", new ByteArrayInputStream(content));

    assertThat(DestinationContract.all(destination.read("a", 0, -1))).isEqualTo(content);
  }

  @Test
  void aStoreThatAlwaysFailsIsGivenUp() {
    proxy.faults(n -> answer("503 Service Unavailable", "SlowDown", ""));

    failsEverywhere(destination, "destination_failed");
  }

  @Test
  void aFullStoreIsNamed() {
    proxy.faults(n -> answer("507 Insufficient Storage", "XMinioStorageFull", ""));

    failsWith("disk_full", () -> destination.list(""));
  }

  @Test
  void aPartWhoseConnectionIsResetIsSentAgain() throws Exception {
    proxy.faults(n -> n < 2 ? new Fault.ResetAfterSent(3 << 20) : new Fault.None());
    byte[] content = DestinationContract.bytes(LARGE);

    var stored = destination.write("a", new ByteArrayInputStream(content));

    assertThat(stored.sha256()).contains(DestinationContract.sha256(content));
    assertThat(DestinationContract.all(destination.read("a", 0, -1))).isEqualTo(content);
  }

  @Test
  void aConnectionThatIsAlwaysResetEndsTheWriteAndItsRestGoesWithTheNext() {
    proxy.faults(n -> new Fault.ResetAfterSent(3 << 20));

    failsWith("destination_unreachable", () -> destination.write("a", content(LARGE)));
    assertThat(server.everything(prefix)).noneMatch(name -> !name.startsWith("unfinished"));

    proxy.faults(n -> new Fault.None());
    destination.write("a", content(LARGE));
    assertThat(server.everything(prefix)).containsExactly(prefix + "/a");
  }

  @Test
  void anUploadThatStandsStillEnds() {
    proxy.faults(n -> new Fault.StallAfterSent(3 << 20));

    failsWith("destination_timeout", () -> destination.write("a", content(LARGE)));
  }

  @Test
  void anAnswerThatNeverComesEnds() {
    proxy.faults(n -> new Fault.StallAfterReceived(0));

    failsWith("destination_timeout", () -> destination.list(""));
  }

  @Test
  void aReadThatBreaksOffGoesOnWhereItWas() throws Exception {
    byte[] content = DestinationContract.bytes(LARGE);
    destination.write("a", new ByteArrayInputStream(content));
    proxy.faults(n -> n < 2 ? new Fault.CutAfterReceived(5 << 20) : new Fault.None());

    assertThat(DestinationContract.all(destination.read("a", 100, -1)))
        .isEqualTo(java.util.Arrays.copyOfRange(content, 100, LARGE));
    assertThat(proxy.connections()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aReadThatBringsNothingAnyMoreFailsAndNeverEnds() throws Exception {
    destination.write("a", content(LARGE));
    try (var in = destination.read("a", 0, -1)) {
      in.readNBytes(1 << 20);
      proxy.faults(n -> new Fault.CutAfterReceived(100));

      failsWith("destination_unreachable", in::readAllBytes);
      failsWith("destination_unreachable", in::readAllBytes);
    }
    try (var in =
        destination(S3Server.config(server.port(), prefix), new AddressGuard(true))
            .read("a", 0, -1)) {
      assertThat(in.readAllBytes()).hasSize(LARGE);
    }
  }

  @Test
  void aReadThatStandsStillFails() throws Exception {
    destination.write("a", content(LARGE));
    proxy.faults(n -> new Fault.StallAfterReceived(n == 0 ? 1 << 20 : 0));

    try (var in = destination.read("a", 0, -1)) {
      failsWith("destination_timeout", in::readAllBytes);
    }
  }

  @Test
  void anObjectThatIsReplacedWhileItIsReadIsNotReadOn() throws Exception {
    destination.write("a", content(LARGE));
    try (var in = destination.read("a", 0, -1)) {
      in.readNBytes(1 << 20);
      proxy.faults(n -> new Fault.None());
      destination.write("a", content(LARGE + 1));

      assertThatThrownBy(in::readAllBytes).isInstanceOf(Problem.class);
    }
  }

  @Test
  void nobodyThereIsUnreachable() throws Exception {
    proxy.close();
    failsEverywhere(destination, "destination_unreachable");
  }

  @Test
  void aPrivateAddressIsRefusedWhateverItsName() throws Exception {
    var config = server.config(prefix);
    try (var guarded = destination(config, new AddressGuard(false))) {
      failsWith("address_refused", guarded::check);
    }
    var named = at(config, "http://store.example:" + server.port());
    var hidden =
        new AddressGuard(false, List.of(), host -> new InetAddress[] {address("127.0.0.1")});
    try (var guarded = destination(named, hidden)) {
      failsWith("address_refused", guarded::check);
    }
  }

  @Test
  void aNameThatMovesToAnotherAddressIsJudgedForEachConnection() throws Exception {
    var asked = new AtomicInteger();
    var guard =
        new AddressGuard(
            false,
            List.of(Network.parse("127.0.0.1/32")),
            host ->
                new InetAddress[] {
                  address(asked.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.9")
                });
    try (var guarded =
        destination(
            at(S3Server.config(proxy.port(), prefix), "http://store.example:" + proxy.port()),
            guard)) {
      guarded.list("");
      proxy.faults(n -> new Fault.None()); // its connection ends

      failsWith("address_refused", () -> guarded.list(""));
    }
  }

  @Test
  void plainHttpIsOnlyForAddressesThatAreNotPublic() throws Exception {
    var guard = new AddressGuard(false, List.of(), host -> new InetAddress[] {address("8.8.8.8")});
    try (var inClear = destination(at(server.config(prefix), "http://store.example"), guard)) {
      failsWith("endpoint_insecure", inClear::check);
    }
  }

  private static S3 at(S3 config, String endpoint) {
    return new S3(
        endpoint,
        config.region(),
        config.bucket(),
        config.prefix(),
        "who",
        config.secretKey(),
        true);
  }

  private static InetAddress address(String literal) throws java.net.UnknownHostException {
    return InetAddress.getByName(literal);
  }

  private static Fault answer(String status, String code, String header) {
    return Fault.Answer.ofStore(status, code, header);
  }

  private static ByteArrayInputStream content(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }

  private static void failsWith(
      String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    DestinationContract.failsWith(code, call);
  }
}
