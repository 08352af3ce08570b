package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has been built: same commit, plan and build environment lead to the image that exists. */
public final class ImageStore {
  private final Database database;

  public ImageStore(Database database) {
    this.database = database;
  }

  /**
   * An image that was built.
   *
   * @param reference what the engine runs
   * @param digest content id
   * @param startCommand the plan's command; null: the image's own
   * @param port the port the plan found; null: the application's
   */
  public record BuiltImage(
      String fingerprint,
      ApplicationId applicationId,
      String reference,
      String digest,
      @Nullable String startCommand,
      @Nullable Integer port) {}

  public Future<Optional<BuiltImage>> find(String fingerprint) {
    return database
        .one("select * from images where fingerprint = $1", fingerprint)
        .map(row -> Optional.ofNullable(row).map(ImageStore::image));
  }

  public Future<Void> remember(BuiltImage image) {
    return database
        .query(
            """
            insert into images(fingerprint, application_id, reference, digest, start_command, port)
              values ($1, $2, $3, $4, $5, $6)
              on conflict (fingerprint) do update set reference = $3, digest = $4,
                start_command = $5, port = $6, created_at = now()
            """,
            image.fingerprint(),
            image.applicationId().value(),
            image.reference(),
            image.digest(),
            image.startCommand(),
            image.port())
        .mapEmpty();
  }

  public Future<Void> forget(String digest) {
    return database.query("delete from images where digest = $1", digest).mapEmpty();
  }

  private static BuiltImage image(Row row) {
    return new BuiltImage(
        row.getString("fingerprint"),
        new ApplicationId(row.getString("application_id")),
        row.getString("reference"),
        row.getString("digest"),
        row.getString("start_command"),
        row.getInteger("port"));
  }
}
