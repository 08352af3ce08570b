package dev.slipway.backup.destination;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A part of one version of an object. Where the connection breaks it is asked for again from there;
 * it ends where the part ends, or fails.
 */
final class S3Reading extends InputStream {
  /** The object: another one that takes its place has another tag, and is not read on. */
  record Version(String bucket, String name, String tag) {}

  private final S3Client client;
  private final Version version;
  private final S3Failures failures;
  private final Patience patience;
  private final long end;
  private long position;
  private int inVain;
  private @Nullable ResponseInputStream<GetObjectResponse> answer;

  S3Reading(
      S3Client client,
      Version version,
      long from,
      long count,
      S3Failures failures,
      Patience patience) {
    this.client = client;
    this.version = version;
    this.failures = failures;
    this.patience = patience;
    position = from;
    end = from + count;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (position < end) {
      try {
        int read = open().read(bytes, offset, (int) Math.min(count, end - position));
        if (read < 0) {
          throw new EOFException("it ended " + (end - position) + " bytes early");
        }
        position += read;
        inVain = 0;
        return read;
      } catch (IOException e) {
        pauseAfter(e);
      } catch (SdkException e) {
        throw failures.of(e);
      }
    }
    return -1;
  }

  private ResponseInputStream<GetObjectResponse> open() throws IOException {
    var now = answer;
    if (now == null) {
      now =
          client.getObject(get ->
              get.bucket(version.bucket())
                  .key(version.name())
                  .ifMatch(version.tag())
                  .range("bytes=" + position + "-" + (end - 1)));
      answer = now;
      var length = now.response().contentLength();
      if (length == null || length != end - position) {
        throw new IOException("it answers with another part than was asked for");
      }
    }
    return now;
  }

  private void pauseAfter(IOException failure) {
    abandon();
    inVain++;
    if (inVain >= patience.attempts()) {
      throw failures.of(failure);
    }
    try {
      Thread.sleep(patience.pause(inVain));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failures.of(failure);
    }
  }

  /** Closing would read the rest first. */
  private void abandon() {
    var now = answer;
    if (now != null) {
      now.abort();
      answer = null;
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
