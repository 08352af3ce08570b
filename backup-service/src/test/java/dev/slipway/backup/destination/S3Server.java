package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.S3;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.net.AddressGuard;
import dev.slipway.testkit.S3Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3-compatible server as a destination. */
final class S3Server implements AutoCloseable {
  private final S3Store store;

  private S3Server(S3Store store) {
    this.store = store;
  }

  static S3Server start(Path folder) throws IOException {
    return new S3Server(S3Store.start(folder));
  }

  int port() {
    return store.port();
  }

  S3 config(String prefix) {
    return config(port(), prefix);
  }

  /** The same through another port. */
  static S3 config(int port, String prefix) {
    return new S3(
        "http://127.0.0.1:" + port,
        "us-east-1",
        S3Store.BUCKET,
        prefix,
        S3Store.ACCESS_KEY,
        new Secret(S3Store.SECRET_KEY),
        true);
  }

  /** Names of objects and of uploads that were never completed. */
  List<String> everything(String prefix) {
    try (var client = client()) {
      var names = new ArrayList<String>();
      client
          .listObjectsV2(list -> list.bucket(S3Store.BUCKET).prefix(prefix))
          .contents()
          .forEach(object -> names.add(object.key()));
      client
          .listMultipartUploads(list -> list.bucket(S3Store.BUCKET))
          .uploads()
          .forEach(upload -> names.add("unfinished " + upload.key()));
      names.removeIf(name -> !name.contains(prefix));
      return names;
    }
  }

  private S3Client client() {
    return S3Connection.open(config(""), new AddressGuard(true), Patience.DEFAULT);
  }

  @Override
  public void close() {
    store.close();
  }
}
