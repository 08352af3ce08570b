package dev.slipway.store;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Archives of source by the hash of their content, in parts: no row is ever large. */
public final class SourceArchiveStore {
  /** Bytes of a part; the last one may have less. */
  public static final int PART = 512 << 10;

  private final Queries database;

  public SourceArchiveStore(Queries database) {
    this.database = database;
  }

  /**
   * An archive.
   *
   * @param id the SHA-256 of its content, 64 hexadecimal digits
   * @param files it holds
   */
  public record Archive(String id, long bytes, int files) {
    /** How people tell it from others. */
    public String shown() {
      return "archive " + id.substring(0, 7) + ", " + files + (files == 1 ? " file" : " files");
    }
  }

  /** Hands out the parts of an archive that is being stored. */
  @FunctionalInterface
  public interface Parts {
    /** The part of that number, counted from 0; empty behind the last. */
    Future<Buffer> part(int number);
  }

  /**
   * Keeps an archive, unless the same is kept already. In a transaction of the caller's: until that
   * ends nobody else sees it, and clean-up waits.
   */
  public Future<Void> keep(Archive archive, Parts parts) {
    return database
        .one(
            """
            insert into source_archives(id, bytes, files) values ($1, $2, $3)
              on conflict (id) do update set used_at = now() returning xmax = 0 as fresh
            """,
            archive.id(),
            archive.bytes(),
            archive.files())
        .compose(row ->
            Rows.present(row).getBoolean("fresh")
                ? keep(archive.id(), 0, parts)
                : Future.succeededFuture());
  }

  private Future<Void> keep(String id, int number, Parts parts) {
    return parts
        .part(number)
        .compose(content ->
            content.length() == 0
                ? Future.succeededFuture()
                : database
                    .query(
                        """
                        insert into source_archive_parts(archive_id, number, content)
                          values ($1, $2, $3)
                        """,
                        id,
                        number,
                        content)
                    .compose(done -> keep(id, number + 1, parts)));
  }

  /**
   * The archive of this id.
   *
   * @throws Problem {@code archive_gone} when it is not kept any more
   */
  public Future<Archive> get(String id) {
    return database
        .one("select id, bytes, files from source_archives where id = $1", id)
        .map(row -> {
          if (row == null) {
            throw gone(id);
          }
          return new Archive(row.getString("id"), row.getLong("bytes"), row.getInteger("files"));
        });
  }

  /** A part of an archive; null behind the last. */
  public Future<@Nullable Buffer> part(String id, int number) {
    return database
        .one(
            "select content from source_archive_parts where archive_id = $1 and number = $2",
            id,
            number)
        .map(row -> row == null ? null : row.getBuffer("content"));
  }

  /** Holds an archive for the rest of a transaction, so that clean-up cannot take it meanwhile. */
  static Future<Void> hold(Queries tx, String id) {
    return tx.one("select id from source_archives where id = $1 for key share", id)
        .map(row -> {
          if (row == null) {
            throw gone(id);
          }
          return null;
        });
  }

  private static Problem gone(String id) {
    return Problem.conflict(
        "archive_gone",
        "The source archive "
            + id.substring(0, Math.min(7, id.length()))
            + " is not kept any more.",
        "Send the source again: POST …/source, or ./slipway deploy NAME --upload FOLDER.");
  }
}
