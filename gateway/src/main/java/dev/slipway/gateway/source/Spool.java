package dev.slipway.gateway.source;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.GatewayConfig.Sources;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes bodies in on the disk: a part at a time, as fast as the disk is, up to a limit, a few at
 * once. What a crash leaves behind goes with the first upload after it.
 */
final class Spool {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final int AT_ONCE = 4;
  private static final long MINUTES = 15;

  private final Vertx vertx;
  private final Sources uploads;
  private int open;
  private boolean swept;

  Spool(Vertx vertx, Sources uploads) {
    this.vertx = vertx;
    this.uploads = uploads;
  }

  /**
   * A body on the disk.
   *
   * @param hash SHA-256 of its content, 64 hexadecimal digits
   */
  record Spooled(Path file, String hash, long bytes) {}

  /**
   * Takes in a paused request's body.
   *
   * @throws Problem 413 {@code body_too_large}, 429 {@code too_many_uploads}, 408 {@code
   *     upload_too_slow}, 503 when the disk does not take it
   */
  Future<Spooled> take(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    if (length != null && (length.length() > 18 || Long.parseLong(length) > uploads.bytes())) {
      return Future.failedFuture(tooLarge());
    }
    if (open >= AT_ONCE) {
      return Future.failedFuture(tooMany());
    }
    open++;
    if (!swept) {
      swept = true;
      sweep();
    }
    Path file = uploads.folder().resolve(FreshId.of("upl"));
    return vertx
        .fileSystem()
        .mkdirs(uploads.folder().toString(), "rwx------")
        .compose(made ->
            vertx
                .fileSystem()
                .open(
                    file.toString(),
                    new OpenOptions().setCreateNew(true).setWrite(true).setPerms("rw-------")))
        .recover(failure -> Future.failedFuture(disk(failure)))
        .compose(out -> written(request, out, file))
        .onFailure(failure -> remove(file))
        .eventually(() -> {
          open--;
          return Future.succeededFuture();
        });
  }

  private Future<Spooled> written(HttpServerRequest request, AsyncFile out, Path file) {
    MessageDigest digest = sha256();
    Promise<Void> whole = Promise.promise();
    long[] bytes = {0};
    int[] pending = {1}; // the end of the body counts as one
    Runnable done =
        () -> {
          if (--pending[0] == 0) {
            whole.tryComplete();
          }
        };
    out.exceptionHandler(failure -> whole.tryFail(disk(failure)));
    request.exceptionHandler(whole::tryFail);
    request.endHandler(end -> done.run());
    request.handler(part -> {
      bytes[0] += part.length();
      if (bytes[0] > uploads.bytes()) {
        whole.tryFail(tooLarge());
        return;
      }
      digest.update(part.getBytes());
      pending[0]++;
      out.write(part)
          .onSuccess(written -> done.run())
          .onFailure(failure -> whole.tryFail(disk(failure)));
      if (out.writeQueueFull()) {
        request.pause();
        out.drainHandler(drained -> request.resume());
      }
    });
    request.resume();
    long late =
        vertx.setTimer(TimeUnit.MINUTES.toMillis(MINUTES), passed -> whole.tryFail(tooSlow()));
    return whole
        .future()
        .eventually(() -> {
          vertx.cancelTimer(late);
          request.handler(unread -> {});
          return out.close();
        })
        .map(closed -> new Spooled(file, HexFormat.of().formatHex(digest.digest()), bytes[0]));
  }

  /** Hands a spooled body out again, part by part. */
  Future<Buffer> part(AsyncFile file, long at, int length) {
    return file.read(Buffer.buffer(length), 0, at, length);
  }

  Future<AsyncFile> open(Spooled spooled) {
    return vertx
        .fileSystem()
        .open(spooled.file().toString(), new OpenOptions().setRead(true).setWrite(false));
  }

  /** Removes a body that is not needed any more; one that is gone is success. */
  Future<Void> remove(Path file) {
    return vertx
        .fileSystem()
        .exists(file.toString())
        .compose(
            there -> there ? vertx.fileSystem().delete(file.toString()) : Future.succeededFuture());
  }

  private void sweep() {
    vertx
        .executeBlocking(
            () -> {
              int removed = 0;
              var old = Instant.now().minus(Duration.ofMinutes(4 * MINUTES));
              if (Files.isDirectory(uploads.folder())) {
                try (var files = Files.newDirectoryStream(uploads.folder(), "upl_*")) {
                  for (var file : files) {
                    boolean left = Files.getLastModifiedTime(file).toInstant().isBefore(old);
                    removed += left && Files.deleteIfExists(file) ? 1 : 0;
                  }
                }
              }
              return removed;
            },
            false)
        .onFailure(failure -> LOG.warn("Left-over uploads stay in {}", uploads.folder(), failure));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Problem tooLarge() {
    return problem(
        413,
        "body_too_large",
        "The archive is too large",
        "A source archive may have at most " + (uploads.bytes() >> 20) + " MB.",
        "Leave out what the build makes or fetches itself, or raise SLIPWAY_SOURCE_ARCHIVE.");
  }

  private static Problem tooMany() {
    return problem(
        429,
        "too_many_uploads",
        "Too many uploads",
        AT_ONCE + " archives are on their way already.",
        "Send it again in a moment.");
  }

  private static Problem tooSlow() {
    return problem(
        408,
        "upload_too_slow",
        "The upload takes too long",
        "The archive was not here after " + MINUTES + " minutes.",
        "Send a smaller archive, or over a faster line.");
  }

  private static Problem disk(Throwable failure) {
    return Problem.unavailable("The disk of the gateway does not take the archive.", failure);
  }

  private static Problem problem(
      int status, String code, String title, String detail, String remedy) {
    return new Problem(status, code, title, detail, remedy, List.of(), null);
  }
}
