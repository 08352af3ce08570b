package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Part;
import dev.slipway.contracts.backup.BackupContract.Read;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends a stored backup, part by part: each is asked of a backup service when the client has taken
 * the one before, so that a slow client costs one part of memory and nothing else.
 */
final class BackupContent implements Endpoint {
  private static final int AT_ONCE = 32;
  private static final DateTimeFormatter NAMED =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private int open;

  BackupContent(Stores stores, Changes changes, Bus bus) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .backups()
        .get(new BackupId(call.path("id")))
        .compose(backup -> {
          Manifest manifest = requireStored(backup);
          Optional<ByteRange> range = range(call, manifest);
          if (call.request().method() == HttpMethod.HEAD) {
            return head(call, backup, manifest, range);
          }
          if (open >= AT_ONCE) {
            throw tooMany();
          }
          open++;
          return sent(call, backup, manifest, range).onComplete(over -> open--);
        });
  }

  private static Manifest requireStored(Backup backup) {
    Manifest manifest = backup.manifest();
    if (manifest == null || backup.removedAt() != null || backup.objectKey() == null) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Take a new backup; GET /api/backups shows which ones are stored.");
    }
    return manifest;
  }

  /** Of a range of another file than the client has begun, all of this one is sent. */
  private static Optional<ByteRange> range(Call call, Manifest manifest) {
    String condition = call.text("if-range").orElse(null);
    if (condition != null && !condition.equals(tag(manifest))) {
      return Optional.empty();
    }
    try {
      return ByteRange.of(call.text("range").orElse(null), manifest.storedBytes());
    } catch (ByteRange.Unsatisfiable e) {
      call.request().response().putHeader("Content-Range", "bytes */" + manifest.storedBytes());
      throw new Problem(
          416,
          "range_not_satisfiable",
          "There is no such range",
          "The file has " + manifest.storedBytes() + " bytes.",
          "Ask for a range that begins before its end.",
          List.of(),
          e);
    }
  }

  private Future<Reply> sent(
      Call call, Backup backup, Manifest manifest, Optional<ByteRange> range) {
    ByteRange wanted = range.orElse(new ByteRange(0, manifest.storedBytes() - 1));
    HttpServerResponse response = call.request().response();
    return changes
        .note(call, "backup.download", backup.id().value(), Map.of("from", "" + wanted.from()))
        .compose(
            noted -> part(backup, wanted.from(), wanted.to())) // it may fail: told as a problem
        .compose(first -> {
          headers(response, backup, manifest, range);
          return piped(response, backup, wanted, first);
        })
        .map(Reply.TAKEN_OVER);
  }

  private static Future<Reply> head(
      Call call, Backup backup, Manifest manifest, Optional<ByteRange> range) {
    headers(call.request().response(), backup, manifest, range);
    return call.request().response().end().map(Reply.TAKEN_OVER);
  }

  private static void headers(
      HttpServerResponse response, Backup backup, Manifest manifest, Optional<ByteRange> range) {
    long size = manifest.storedBytes();
    String name = backup.subjectName().replaceAll("[^A-Za-z0-9._-]", "-");
    response
        .setStatusCode(range.isPresent() ? 206 : 200)
        .putHeader("Content-Type", "application/octet-stream")
        .putHeader("Accept-Ranges", "bytes")
        .putHeader("ETag", tag(manifest))
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Length", String.valueOf(range.map(ByteRange::length).orElse(size)))
        .putHeader(
            "Content-Disposition",
            "attachment; filename=\""
                + name
                + "-"
                + NAMED.format(manifest.takenAt())
                + (manifest.keyId() == null ? ".zst" : ".zst.sealed")
                + "\"");
    range.ifPresent(part -> response.putHeader("Content-Range", part.of(size)));
  }

  private static String tag(Manifest manifest) {
    return "\"" + manifest.storedSha256() + "\"";
  }

  private Future<byte[]> part(Backup backup, long from, long to) {
    int length = (int) Math.min(BackupContract.MOST_BYTES, to - from + 1);
    return length <= 0
        ? Future.succeededFuture(new byte[0])
        : bus.ask(BackupContract.READ, new Read(backup.id(), from, length))
            .map(Part::bytes)
            .map(bytes -> {
              if (bytes.length != length) {
                throw Problem.unavailable("The destination has less than was stored.", null);
              }
              return bytes;
            });
  }

  private Future<Void> piped(
      HttpServerResponse response, Backup backup, ByteRange wanted, byte[] first) {
    Promise<Void> gone = Promise.promise();
    response.exceptionHandler(broken -> gone.tryComplete());
    response.closeHandler(closed -> gone.tryComplete());
    return next(response, backup, wanted, wanted.from(), first, gone);
  }

  private Future<Void> next(
      HttpServerResponse response,
      Backup backup,
      ByteRange wanted,
      long at,
      byte[] bytes,
      Promise<Void> gone) {
    if (gone.future().isComplete()) {
      return Future.succeededFuture();
    }
    long after = at + bytes.length;
    if (after > wanted.to()) {
      return response.end(Buffer.buffer(bytes));
    }
    response.write(Buffer.buffer(bytes));
    return room(response, gone)
        .compose(ready -> part(backup, after, wanted.to()))
        .compose(more -> next(response, backup, wanted, after, more, gone));
  }

  /** When the client has taken what was written, or has gone. */
  private static Future<Void> room(HttpServerResponse response, Promise<Void> gone) {
    if (!response.writeQueueFull() || gone.future().isComplete()) {
      return Future.succeededFuture();
    }
    Promise<Void> drained = Promise.promise();
    response.drainHandler(room -> drained.tryComplete());
    gone.future().onComplete(over -> drained.tryComplete());
    return drained.future();
  }

  private static Problem tooMany() {
    return new Problem(
        429,
        "too_many_downloads",
        "Too many downloads",
        AT_ONCE + " backups are being sent already.",
        "Try again in a moment.",
        List.of(),
        null);
  }
}
