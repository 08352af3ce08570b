package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.ApplicationStore;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers of logs when something goes wrong: slowness, lost bells, lost lines, lost gateways. */
class LogReadersTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private String path = "";
  private StoredLog log;

  @BeforeEach
  void anApplicationsLog() {
    log = new StoredLog(GATEWAY);
    path = log.path();
  }

  @Test
  void whoComesBackSeesEveryLineOnce() throws Exception {
    List<Long> seen = new ArrayList<>();
    log.write(500, true);
    for (int round = 0; round < 5; round++) {
      long after = seen.isEmpty() ? 0 : seen.getLast();
      SocketClient socket = SocketClient.open(GATEWAY.admin(), path + "?after=" + after);
      log.write(500, round % 2 == 0); // every other batch loses its bell
      await().atMost(Duration.ofSeconds(10)).until(() -> StoredLog.seqs(socket).size() > 200);
      socket.abort();
      seen.addAll(StoredLog.seqs(socket));
    }
    log.end("success");
    SocketClient last = SocketClient.open(GATEWAY.admin(), path + "?after=" + seen.getLast());
    last.closeCode();
    seen.addAll(StoredLog.seqs(last));

    assertThat(seen).containsExactlyElementsOf(StoredLog.range(1, log.written()));
  }

  @Test
  void lostRepeatedAndLateBellsChangeNothing() throws Exception {
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    for (int i = 0; i < 200; i++) {
      Appended batch = log.store(7);
      if (i % 3 != 0) {
        GATEWAY.bus().ring(LogStreams.APPENDED, batch);
      }
      if (i % 5 == 0) {
        GATEWAY.bus().ring(LogStreams.APPENDED, batch);
      }
    }
    log.end("success");

    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(StoredLog.seqs(socket)).containsExactlyElementsOf(StoredLog.range(1, log.written()));
  }

  @Test
  void aSlowReaderCostsOnlyHimselfAndMissesNothing() throws Exception {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress("127.0.0.1", GATEWAY.apiPort()));
      log.request(slow, "Sec-WebSocket-Version: 13\r\n");
      SocketClient quick = SocketClient.open(GATEWAY.admin(), path);
      for (int i = 0; i < 200; i++) {
        log.write(500, true); // 100,000 lines of which the slow one has read nothing
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> quick.texts().size() == 100_000);
      log.end("success");
      assertThat(quick.closeCode()).isEqualTo(1000);

      assertThat(StoredLog.textFrames(slow.getInputStream())).isEqualTo(100_001);
    }
  }

  @Test
  void readersOfAGatewayThatGoesAwayAreToldWhereToComeBack() throws Exception {
    GatewayService other =
        new GatewayService(
            new GatewayConfig("127.0.0.1", 0, 0, 8080, "127.0.0.1.sslip.io", Duration.ofSeconds(5)),
            GATEWAY.database(),
            new PlainVault(),
            GATEWAY.bus(),
            new Cluster.Alone(GATEWAY.vertx()),
            new HealthChecks(GATEWAY.vertx()));
    String deployed = GATEWAY.vertx().deployVerticle(other).await();
    log.write(300, true);
    SocketClient before =
        SocketClient.open(new Client(other.apiPort(), GATEWAY.admin().key()), path + "?after=100");
    await().until(() -> before.texts().size() == 200);
    GATEWAY.vertx().undeploy(deployed).await();
    assertThat(before.closeCode()).isEqualTo(1001);
    assertThat(before.closeReason()).isEqualTo("after=300");

    log.write(50, true);
    SocketClient after = SocketClient.open(GATEWAY.admin(), path + "?" + before.closeReason());
    await().until(() -> after.texts().size() == 50);
    assertThat(StoredLog.seqs(after)).containsExactlyElementsOf(StoredLog.range(301, 350));
    after.close();
  }

  @Test
  void withoutAnyBellLinesComeByThemselves() throws Exception {
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    for (int i = 1; i <= 3; i++) {
      int lines = i * 40;
      log.write(40, false);
      await().atMost(Duration.ofSeconds(5)).until(() -> socket.texts().size() == lines);
    }
    assertThat(StoredLog.seqs(socket)).containsExactlyElementsOf(StoredLog.range(1, 120));
    socket.close();
  }

  @Test
  void readersOfALogAreToldWhenItsApplicationIsDeleted() throws Exception {
    log.write(20, true);
    SocketClient live = SocketClient.open(GATEWAY.admin(), path);
    await().until(() -> live.texts().size() == 20);
    log.write(20, false); // not all is read when it goes
    ApplicationId id = new ApplicationId(log.stream().substring(2));
    ApplicationStore applications = new ApplicationStore(GATEWAY.database());
    applications.markDeleting(id).await();
    applications.remove(id).await();

    assertThat(live.closeCode()).isEqualTo(1000);
    assertThat(live.texts()).last().isEqualTo("{\"end\":true,\"status\":\"deleted\"}");
  }

  @Test
  void linesThatWereCollectedBeforeASlowReaderCameAreCountedAsAGap() throws Exception {
    log.write(100, true);
    GATEWAY.database().query("delete from log_segments where stream = $1", log.stream()).await();
    GATEWAY
        .database()
        .query("insert into log_streams(stream, last_seq) values ($1, 100)", log.stream())
        .await();
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path + "?after=40");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> socket.texts().contains("{\"gap\":{\"from\":41,\"to\":100}}"));
    log.write(10, true);
    await().until(() -> socket.texts().size() == 11);
    assertThat(StoredLog.seqs(socket)).containsExactlyElementsOf(StoredLog.range(101, 110));
    socket.close();
  }

  @Test
  void aThousandReadersThatStandStillCostBoundedMemoryAndNobodyElse() throws Exception {
    List<Socket> still = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket reader = new Socket();
        reader.setReceiveBufferSize(4096);
        reader.connect(new InetSocketAddress("127.0.0.1", GATEWAY.apiPort()));
        log.request(reader, "Sec-WebSocket-Version: 13\r\n");
        still.add(reader);
      }
      SocketClient quick = SocketClient.open(GATEWAY.admin(), path);
      log.write(500, true);
      await().atMost(Duration.ofSeconds(30)).until(() -> quick.texts().size() == 500);
      long before = usedMemory();
      for (int i = 0; i < 399; i++) {
        log.write(500, true);
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> quick.texts().size() == 200_000);
      quick.close();
      quick.texts().clear();
      long grown = Math.max(usedMemory() - before, 0);
      long perReader = grown / still.size();
      System.out.printf(
          "PROMISE T13: 1,000 readers stood still while 200,000 lines (24 MB) passed: %,d bytes each,"
              + " the one that read got all%n",
          perReader);
      assertThat(perReader).isLessThan(100_000);
    } finally {
      for (Socket reader : still) {
        reader.close();
      }
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aThousandReadersOfOneLogAreAllServed() throws Exception {
    log.write(200, true);
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket reader = new Socket("127.0.0.1", GATEWAY.apiPort());
        log.request(reader, "Sec-WebSocket-Version: 13\r\n");
        readers.add(reader);
      }
      for (int i = 0; i < 10; i++) {
        log.write(20, true);
      }
      log.end("success");
      for (Socket reader : readers) {
        reader.setSoTimeout(20_000);
        assertThat(StoredLog.textFrames(reader.getInputStream())).isEqualTo(401);
      }
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }
}
