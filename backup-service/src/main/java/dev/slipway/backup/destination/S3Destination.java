package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.platform.net.AddressGuard;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A bucket of an S3-compatible store. What lies there is proven by its size and entity tag, which a
 * store reckons from what it received; from a store that has tags of its own it is read back.
 */
final class S3Destination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(S3Destination.class);
  private static final int MOST_PAGES = 2_000;
  private static final int PAGE = 1_000;

  private final S3 config;
  private final S3Client client;
  private final S3Failures failures;
  private final Patience patience;

  S3Destination(S3 config, AddressGuard guard) {
    this(config, guard, Patience.DEFAULT);
  }

  S3Destination(S3 config, AddressGuard guard, Patience patience) {
    this.config = config;
    this.patience = patience;
    failures = new S3Failures(config.endpoint(), config.bucket());
    client = S3Connection.open(config, guard, patience);
  }

  @Override
  public Stored write(String key, InputStream content) {
    var name = name(key);
    var source = new Content(content);
    return asking(() -> {
      abortUnfinished(name);
      var expected = new S3Upload(client, config.bucket(), name).send(source);
      return proven(key, name, source, expected);
    });
  }

  private Stored proven(String key, String name, Content source, String expected) {
    var sha256 = source.sha256();
    var there = head(name);
    if (there == null) {
      throw Failures.mismatch(key, "nothing is there");
    }
    if (there.contentLength() != source.size()) {
      throw wrong(key, name, "it has " + there.contentLength() + " bytes and not " + source.size());
    }
    if (!tag(there.eTag()).equals(expected) && !sha256(name, there).equals(sha256)) {
      throw wrong(key, name, "it reads back differently");
    }
    return new Stored(key, source.size(), Optional.of(sha256), there.lastModified());
  }

  private RuntimeException wrong(String key, String name, String how) {
    client.deleteObject(delete -> delete.bucket(config.bucket()).key(name));
    return Failures.mismatch(key, how);
  }

  private String sha256(String name, HeadObjectResponse there) {
    var sha256 = Content.digest("SHA-256");
    byte[] buffer = new byte[64 << 10];
    try (var in = reading(name, there, 0, there.contentLength())) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw failures.of(e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Override
  public InputStream read(String key, long from, long length) {
    var name = name(key);
    return asking(() -> {
      var there = head(name);
      if (there == null) {
        throw Failures.missing(key);
      }
      return reading(name, there, from, Part.length(there.contentLength(), from, length));
    });
  }

  private InputStream reading(String name, HeadObjectResponse there, long from, long count) {
    var version = new S3Reading.Version(config.bucket(), name, there.eTag());
    return new S3Reading(client, version, from, count, failures, patience);
  }

  @Override
  public Optional<Stored> look(String key) {
    var name = name(key);
    return asking(() ->
        Optional.ofNullable(head(name))
            .map(there -> stored(key, there.contentLength(), there.lastModified())));
  }

  /**
   * An answer without a body does not say whether it is the object or its bucket that is missing.
   */
  private @Nullable HeadObjectResponse head(String name) {
    try {
      return client.headObject(head -> head.bucket(config.bucket()).key(name));
    } catch (NoSuchKeyException e) {
      client.listObjectsV2(list -> list.bucket(config.bucket()).prefix(name).maxKeys(1));
      return null;
    }
  }

  @Override
  public List<Stored> list(String prefix) {
    return asking(() -> listed(prefix));
  }

  private List<Stored> listed(String prefix) {
    var found = new ArrayList<Stored>();
    var before = config.prefix().isEmpty() ? "" : config.prefix() + "/";
    String next = null;
    for (int page = 0; page < MOST_PAGES; page++) {
      var from = next;
      var answer =
          client.listObjectsV2(list ->
              list.bucket(config.bucket())
                  .prefix(before + prefix)
                  .maxKeys(PAGE)
                  .continuationToken(from));
      for (var object : answer.contents()) {
        var key = object.key().substring(before.length());
        found.add(stored(key, object.size(), object.lastModified()));
      }
      if (found.size() > MOST_LISTED) {
        throw Failures.tooMany();
      }
      next = answer.nextContinuationToken();
      if (next == null || !Boolean.TRUE.equals(answer.isTruncated())) {
        return List.copyOf(found);
      }
    }
    throw Failures.tooMany();
  }

  @Override
  public void remove(String key) {
    var name = name(key);
    asking(() -> {
      abortUnfinished(name);
      return client.deleteObject(delete -> delete.bucket(config.bucket()).key(name));
    });
  }

  /** Parts of an upload that was never completed are kept, and paid for, until it is aborted. */
  private void abortUnfinished(String name) {
    try {
      var unfinished =
          client.listMultipartUploads(list -> list.bucket(config.bucket()).prefix(name));
      for (var upload : unfinished.uploads()) {
        if (name.equals(upload.key())) {
          client.abortMultipartUpload(
              abort -> abort.bucket(config.bucket()).key(name).uploadId(upload.uploadId()));
        }
      }
    } catch (S3Exception e) {
      if ("NoSuchBucket".equals(S3Failures.codeOf(e))) {
        throw e;
      }
      // many are not allowed to list them, and some stores cannot
      LOG.info(
          "Unfinished uploads in bucket {} cannot be looked for: {}",
          config.bucket(),
          e.statusCode());
    }
  }

  @Override
  public void check() {
    ConnectionTest.run(this);
  }

  @Override
  public void close() {
    client.close();
  }

  private String name(String key) {
    Fields.key(key);
    return config.prefix().isEmpty() ? key : config.prefix() + "/" + key;
  }

  private static Stored stored(String key, long size, Instant at) {
    return new Stored(key, size, Optional.empty(), at);
  }

  static String tag(@Nullable String entityTag) {
    return entityTag == null ? "" : entityTag.replace("\"", "");
  }

  private <T> T asking(Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw failures.of(e);
    }
  }
}
