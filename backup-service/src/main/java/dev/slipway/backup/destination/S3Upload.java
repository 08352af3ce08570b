package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * One object on its way into a bucket: at once when it is small, else in parts, one of them in
 * memory at a time. Each request carries the MD5 of what it brings, which stores check; the object
 * appears when the last request completes it.
 */
final class S3Upload {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
  private static final int MEBIBYTE = 1 << 20;
  private static final int MOST_PARTS = 10_000;

  private final S3Client client;
  private final String bucket;
  private final String name;
  private final List<CompletedPart> parts = new ArrayList<>();
  private final MessageDigest ofParts = Content.digest("MD5");

  S3Upload(S3Client client, String bucket, String name) {
    this.client = client;
    this.bucket = bucket;
    this.name = name;
  }

  /**
   * How much the n-th part brings: a store takes 10,000 of them, so they grow; that is 233 GiB
   * together.
   */
  static int partSize(int number) {
    if (number <= 2_000) {
      return 8 * MEBIBYTE;
    }
    return number <= 4_000 ? 16 * MEBIBYTE : 32 * MEBIBYTE;
  }

  /**
   * Sends it.
   *
   * @return the entity tag that a store which reckons as S3 gives it
   */
  String send(Content content) {
    byte[] first = new byte[partSize(1)];
    int read = content.read(first, first.length);
    return read < first.length ? sendAtOnce(first, read) : sendInParts(first, content);
  }

  private String sendAtOnce(byte[] bytes, int count) {
    byte[] md5 = md5(bytes, count);
    client.putObject(
        put -> put.bucket(bucket).key(name).contentMD5(base64(md5)), body(bytes, count));
    return HexFormat.of().formatHex(md5);
  }

  private String sendInParts(byte[] first, Content content) {
    var upload = client.createMultipartUpload(create -> create.bucket(bucket).key(name)).uploadId();
    try {
      byte[] buffer = first;
      int read = first.length;
      while (read > 0) {
        sendPart(upload, buffer, read);
        int next = partSize(parts.size() + 1);
        if (buffer.length != next) {
          buffer = new byte[next];
        }
        read = content.read(buffer, next);
        if (read > 0 && parts.size() == MOST_PARTS) {
          throw tooLarge();
        }
      }
      return complete(upload);
    } catch (RuntimeException | Error e) {
      abort(upload, e);
      throw e;
    }
  }

  private void sendPart(String upload, byte[] bytes, int count) {
    byte[] md5 = md5(bytes, count);
    int number = parts.size() + 1;
    var sent =
        client.uploadPart(
            part ->
                part.bucket(bucket)
                    .key(name)
                    .uploadId(upload)
                    .partNumber(number)
                    .contentMD5(base64(md5)),
            body(bytes, count));
    parts.add(CompletedPart.builder().partNumber(number).eTag(sent.eTag()).build());
    ofParts.update(md5);
  }

  private String complete(String upload) {
    var expected = HexFormat.of().formatHex(ofParts.digest()) + "-" + parts.size();
    try {
      client.completeMultipartUpload(complete ->
          complete
              .bucket(bucket)
              .key(name)
              .uploadId(upload)
              .multipartUpload(all -> all.parts(parts)));
    } catch (NoSuchUploadException e) {
      // a repetition of a request that was carried out and whose answer was lost looks like this
      var there = client.headObject(head -> head.bucket(bucket).key(name));
      if (!S3Destination.tag(there.eTag()).equals(expected)) {
        throw e;
      }
    }
    return expected;
  }

  private void abort(String upload, Throwable reason) {
    try {
      client.abortMultipartUpload(abort -> abort.bucket(bucket).key(name).uploadId(upload));
    } catch (SdkException e) {
      // the next write or removal of this key tries again
      LOG.warn("An unfinished upload to bucket {} could not be aborted", bucket, e);
      reason.addSuppressed(e);
    }
  }

  private static Problem tooLarge() {
    return Failures.problem(
        422,
        "object_too_large",
        "The backup is larger than the 233 GiB that can be uploaded without knowing its size.",
        "Back up to a directory or an SFTP server, or split the data over several databases.");
  }

  /** Read again for each repetition, and not copied. */
  private static RequestBody body(byte[] bytes, int count) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, count), count, "application/octet-stream");
  }

  private static byte[] md5(byte[] bytes, int count) {
    var md5 = Content.digest("MD5");
    md5.update(bytes, 0, count);
    return md5.digest();
  }

  private static String base64(byte[] md5) {
    return Base64.getEncoder().encodeToString(md5);
  }
}
