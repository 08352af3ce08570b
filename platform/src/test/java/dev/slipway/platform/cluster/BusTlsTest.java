package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Settings;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members with certificates, and one that got into the membership without. */
class BusTlsTest {
  private static final String NAME = "slipway-bus-tls-test";

  private final List<Member> members = new ArrayList<>();
  private final List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());

  record Text(String text) {}

  private static Ask<Text, Text> ask(String address) {
    return new Ask<>(address, 1, Text.class, Text.class, Duration.ofSeconds(2));
  }

  private Member join(String id, Optional<BusTls> tls) {
    Member member = Member.join(NAME, id, Member.on(ports.get(members.size()), ports, tls));
    members.add(member);
    return member;
  }

  @AfterEach
  void leave() {
    members.reversed().forEach(Member::close);
  }

  @Test
  void whoeverHasNoCertificateNeitherSendsNorHears(@TempDir Path folder) throws Exception {
    var certificates = new Certificates(Files.createDirectory(folder.resolve("ours")));
    var others = new Certificates(Files.createDirectory(folder.resolve("others")));
    Member first = join("first", Optional.of(certificates.member("first")));
    Member second = join("second", Optional.of(certificates.member("second")));
    Member stranger = join("stranger", Optional.of(others.member("stranger")));
    AtomicInteger leaked = new AtomicInteger();
    second.bus().answer(ask("test.ours"), Future::succeededFuture).await();
    stranger
        .bus()
        .answer(
            ask("test.theirs"),
            q -> {
              leaked.incrementAndGet();
              return Future.succeededFuture(q);
            })
        .await();
    await().atMost(Duration.ofSeconds(20)).until(() -> first.members() == 3);

    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(Problem.class)
        .untilAsserted(() ->
            assertThat(first.bus().ask(ask("test.ours"), new Text("?")).await().text())
                .isEqualTo("?"));
    assertThatThrownBy(() -> stranger.bus().ask(ask("test.ours"), new Text("?")).await())
        .isInstanceOf(Problem.class);
    assertThatThrownBy(() -> first.bus().ask(ask("test.theirs"), new Text("secret")).await())
        .isInstanceOf(Problem.class);
    assertThat(leaked).hasValue(0);
  }

  @Test
  void theFilesOfAMemberAreAccepted(@TempDir Path folder) {
    BusTls made = new Certificates(folder).member("first");
    Settings settings =
        Settings.of(
            Map.of(
                "SLIPWAY_BUS_TLS_CERT", made.cert().toString(),
                "SLIPWAY_BUS_TLS_KEY", made.key().toString(),
                "SLIPWAY_BUS_TLS_CA", made.ca().toString()));
    assertThat(BusTls.from(settings)).contains(made);
    settings.check();
  }
}
