package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Api;
import dev.slipway.testkit.FaultyProxy;
import dev.slipway.testkit.FaultyProxy.Fault;
import dev.slipway.testkit.S3Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A destination in a real S3 store, behind a line of its own that can be broken. */
final class Offsite implements AutoCloseable {
  private final S3Store store;
  private final FaultyProxy line;
  private final String name;
  private final String id;

  private Offsite(S3Store store, FaultyProxy line, String name, String id) {
    this.store = store;
    this.line = line;
    this.name = name;
    this.id = id;
  }

  /** Makes it a destination of a platform; all it is given lies below its name. */
  static Offsite at(S3Store store, Api api, String name) {
    try {
      FaultyProxy line = new FaultyProxy(store.port());
      Map<String, Object> settings =
          Map.of(
              "endpoint",
              "http://127.0.0.1:" + line.port(),
              "bucket",
              S3Store.BUCKET,
              "prefix",
              name,
              "accessKey",
              S3Store.ACCESS_KEY,
              "secretKey",
              S3Store.SECRET_KEY,
              "pathStyle",
              true);
      String id =
          Backups.id(
              api.post("/destinations", Map.of("name", name, "s3", settings)).expect(201).json());
      return new Offsite(store, line, name, id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String id() {
    return id;
  }

  /** What a wish for a backup says to have it here. */
  Map<String, Object> here() {
    return Map.of("destinationId", id);
  }

  FaultyProxy line() {
    return line;
  }

  void breaks(Fault every) {
    line.faults(connection -> every);
  }

  void heals() {
    breaks(new Fault.None());
  }

  /** The file that is the object of a backup. */
  Path file(JsonNode backup) {
    return store.file(name + "/" + backup.path("objectKey").asText());
  }

  /** The keys of all that lies here, as the platform calls them. */
  List<String> keys() {
    return store.keys(name + "/slipway/").stream()
        .map(key -> key.startsWith(name) ? key.substring(name.length() + 1) : key)
        .toList();
  }

  @Override
  public void close() {
    try {
      line.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
