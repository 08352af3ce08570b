package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Brings backups here and sends dumps there, however large, telling how far it is. */
final class BackupTransfer {
  private static final int MOST_CUTS = 10;
  private static final long TELL_NANOS = 2_000_000_000L;
  private static final int BUFFER = 1 << 16;

  private final Session session;
  private long toldAt = System.nanoTime();

  BackupTransfer(Session session) {
    this.session = session;
  }

  /**
   * Downloads a backup. What was cut off goes on where it was, also at the next call; the file gets
   * its name when its hash fits.
   */
  void download(JsonNode backup, Path file) {
    long size = backup.path("manifest").path("storedBytes").asLong();
    String sha256 = backup.path("manifest").path("storedSha256").asText();
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      for (int cuts = 0; sizeOf(part) < size; cuts++) {
        try {
          more(backup, part, size, sha256);
        } catch (IOException e) {
          if (cuts == MOST_CUTS) {
            throw new CliFailure(
                CliFailure.UNREACHABLE,
                "The connection is lost; the same command goes on where it stopped.");
          }
        }
      }
      if (!sha256.equals(hash(part))) {
        Files.delete(part);
        throw CliFailure.refused(
            "What came is not what was stored; it was removed. Run the command again.");
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CliFailure.refused(file + " cannot be written: " + e.getMessage() + ".");
    }
  }

  private void more(JsonNode backup, Path part, long size, String sha256) throws IOException {
    long from = sizeOf(part);
    HttpResponse<InputStream> response =
        session
            .api()
            .download(
                "/api/backups/" + Api.encoded(backup.path("id").asText()) + "/content",
                from,
                "\"" + sha256 + "\"");
    long at = response.statusCode() == 206 ? from : 0;
    try (InputStream in = response.body();
        OutputStream out =
            Files.newOutputStream(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                at > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        at += read;
        tell("downloaded", at, size);
      }
    }
  }

  private static long sizeOf(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Sends a file as it is; what becomes of it. */
  JsonNode upload(String path, Path file) {
    if (!Files.isReadable(file)) {
      throw CliFailure.refused("There is no file " + file + ".");
    }
    try {
      long size = Files.size(file);
      var body =
          HttpRequest.BodyPublishers.fromPublisher(
              HttpRequest.BodyPublishers.ofInputStream(() -> counted(file, size)), size);
      return session.api().postBytes(path, body);
    } catch (IOException e) {
      throw CliFailure.refused(file + " cannot be read: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      throw CliFailure.refused(file + " is empty.");
    }
  }

  private InputStream counted(Path file, long size) {
    try {
      return new FilterInputStream(Files.newInputStream(file)) {
        private long at;

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
          int read = super.read(bytes, offset, count);
          at += Math.max(0, read);
          tell("sent", at, size);
          return read;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell(String what, long at, long size) {
    long now = System.nanoTime();
    if (now - toldAt > TELL_NANOS) {
      toldAt = now;
      session.print(what + " " + BackupText.progress(at, size));
    }
  }
}
