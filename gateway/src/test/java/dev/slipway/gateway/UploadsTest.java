package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.store.SourceArchiveStore;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Source that is sent as an archive. */
class UploadsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String GZIP = "application/gzip";

  private static Client client() {
    return GATEWAY.admin();
  }

  private static String application(String name) {
    return client()
        .post("/api/applications", new JsonObject().put("name", name).putNull("repository"))
        .expect(201)
        .string("id");
  }

  private static byte[] tarGz(String name, byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      var entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write("hello".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] noise(int bytes) {
    var noise = new byte[bytes];
    new Random(7).nextBytes(noise);
    return noise;
  }

  private static Client.Answer send(String app, byte[] archive, String... headers) {
    var all = new java.util.ArrayList<>(List.of("Content-Type", GZIP));
    all.addAll(List.of(headers));
    return client()
        .post("/api/applications/" + app + "/source", archive, all.toArray(String[]::new));
  }

  private static long rows(String table) {
    return GATEWAY.database().one("select count(*) from " + table, row -> row.getLong(0)).await();
  }

  private static void nothingIsLeft() throws IOException {
    if (Files.isDirectory(TestGateway.UPLOADS)) {
      assertThat(TestGateway.UPLOADS).isEmptyDirectory();
    }
  }

  @Test
  void anArchiveIsKeptByItsHashAndDeployed() throws Exception {
    var app = application("sent");
    var archive = tarGz("index.html", noise(2 << 20));
    var made = send(app, archive).expect(202);
    var id = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    var store = new SourceArchiveStore(GATEWAY.database());
    assertThat(store.get(id).await())
        .isEqualTo(new SourceArchiveStore.Archive(id, archive.length, 1));
    var kept = new ByteArrayOutputStream();
    int number = 0;
    for (var part = store.part(id, 0).await();
        part != null;
        part = store.part(id, ++number).await()) {
      kept.writeBytes(part.getBytes());
    }
    assertThat(number).as("parts").isGreaterThan(3);
    assertThat(kept.toByteArray()).isEqualTo(archive);
    assertThat(made.string("status")).isEqualTo("pending");
    var order =
        GATEWAY
            .database()
            .one(
                "select input->>'archive' from sagas where subject = $1",
                row -> row.getString(0),
                made.string("id"))
            .await();
    assertThat(order).isEqualTo(id);
    nothingIsLeft();
  }

  @Test
  void theSameArchiveIsKeptOnceAndTheSameRequestMakesOneDeployment() throws IOException {
    var app = application("twice");
    var archive = zip("a.txt");
    var first = send(app, archive, "Content-Type", "application/zip", "Idempotency-Key", "k1");
    var again = send(app, archive, "Content-Type", "application/zip", "Idempotency-Key", "k1");
    assertThat(again.expect(202).string("id")).isEqualTo(first.expect(202).string("id"));
    send(app, zip("b.txt"), "Idempotency-Key", "k1").expect(409);
    var before = rows("source_archive_parts");
    var second = send(app, archive).expect(202);
    assertThat(second.string("id")).isNotEqualTo(first.string("id"));
    assertThat(rows("source_archive_parts")).isEqualTo(before);
  }

  @Test
  void laterDeploymentsAndRetriesTakeTheArchive() throws IOException {
    var app = application("later");
    client().post("/api/applications/" + app + "/deployments", new JsonObject()).expect(409);
    var archive = tarGz("a.txt", noise(100));
    var first = send(app, archive).expect(202).string("id");
    var second =
        client().post("/api/applications/" + app + "/deployments", new JsonObject()).expect(202);
    assertThat(archiveOf(second.string("id"))).isEqualTo(archiveOf(first)).isNotNull();
    var retried = client().post("/api/deployments/" + first + "/retry", null).expect(202);
    assertThat(archiveOf(retried.string("id"))).isEqualTo(archiveOf(first));
    client().patch("/api/applications/" + app, new JsonObject().put("port", 8080)).expect(200);
  }

  private static String archiveOf(String deployment) {
    return String.valueOf(
        GATEWAY
            .database()
            .one(
                "select archive_id from deployments where id = $1",
                row -> row.getString(0),
                deployment)
            .await());
  }

  @Test
  void whatIsNoHonestArchiveIsRefusedAndNothingIsKept() throws IOException {
    var app = application("refused");
    var archives = rows("source_archives");
    for (var name : List.of("../a", "/etc/cron.d/a", "a\\..\\b")) {
      var refused = send(app, tarGz(name, new byte[1])).expect(422);
      assertThat(refused.string("code")).isEqualTo("path_refused");
      assertThat(refused.string("remedy")).isNotBlank();
    }
    assertThat(send(app, "hello".getBytes(StandardCharsets.UTF_8)).expect(422).string("code"))
        .isEqualTo("archive_unreadable");
    assertThat(send(app, new byte[0]).expect(422).string("code")).isEqualTo("archive_unreadable");
    assertThat(send(app, zip("a"), "Content-Type", "application/json").expect(415).string("code"))
        .isEqualTo("unsupported_media_type");
    assertThat(send(app, tarGz("a", noise(6 << 20))).expect(413).string("code"))
        .isEqualTo("body_too_large");
    assertThat(send("app_unknown", zip("a")).expect(404).string("code")).isEqualTo("not_found");
    assertThat(send(app, tarGz("zeros", new byte[100 << 20])).expect(422).string("code"))
        .isEqualTo("archive_too_large");
    assertThat(rows("source_archives")).isEqualTo(archives);
    nothingIsLeft();
  }

  @Test
  void whoMayOnlyReadMayNotSend() throws IOException {
    var app = application("reader");
    GATEWAY
        .client("read")
        .post("/api/applications/" + app + "/source", zip("a"), "Content-Type", GZIP)
        .expect(403);
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() throws IOException {
    var app = application("broken");
    try (var socket = new Socket("127.0.0.1", java.net.URI.create(client().base()).getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /api/applications/"
                  + app
                  + "/source HTTP/1.1\r\nHost: x\r\nContent-Type: "
                  + GZIP
                  + "\r\nContent-Length: 1000000\r\nx-api-key: "
                  + client().key()
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(noise(100_000));
      out.flush();
      Awaitility.await().until(() -> Files.isDirectory(TestGateway.UPLOADS) && !isEmpty());
    }
    Awaitility.await().until(UploadsTest::isEmpty);
  }

  private static boolean isEmpty() throws IOException {
    try (var files = Files.list(TestGateway.UPLOADS)) {
      return files.findAny().isEmpty();
    }
  }
}
