package dev.slipway.backup.dump;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.io.InputStream;
import java.util.List;

/**
 * A dump that somebody sends, looked at while it passes: where its form tells that it was cut off,
 * it is not taken in. A proof would not find out: a text that ends between two statements is
 * restored without a complaint.
 */
public abstract sealed class SentDump {
  private final InputStream content;

  private SentDump(InputStream content) {
    this.content = content;
  }

  /** A dump of this engine, from its beginning. */
  public static SentDump of(DatabaseEngine engine, InputStream content) {
    return switch (engine) {
      case REDIS, VALKEY -> new Snapshot(new RdbStream(content));
      case MARIADB, MYSQL -> new Text(new SqlEnds(content));
      // their own tools miss an end
      case POSTGRESQL, MONGODB -> new Any(content);
    };
  }

  /** What is to be stored of it. */
  public InputStream content() {
    return content;
  }

  /**
   * To be asked once the content was read to its end.
   *
   * @throws Problem {@code dump_truncated}
   */
  public abstract void mustBeWhole();

  static Problem truncated(String detail) {
    return new Problem(
        422,
        "dump_truncated",
        "The dump cannot be taken in",
        detail,
        "See whether the file was copied to its end and whether the tool that wrote it ended well,"
            + " then send it again.",
        List.of(),
        null);
  }

  private static final class Snapshot extends SentDump {
    private final RdbStream stream;

    Snapshot(RdbStream stream) {
      super(stream);
      this.stream = stream;
    }

    @Override
    public void mustBeWhole() {
      if (!stream.whole()) {
        throw truncated(
            "The snapshot does not end as one: it was cut off, or its checksum does not fit.");
      }
    }
  }

  private static final class Text extends SentDump {
    private final SqlEnds ends;

    Text(SqlEnds ends) {
      super(ends);
      this.ends = ends;
    }

    @Override
    public void mustBeWhole() {
      if (ends.cutOff()) {
        throw truncated(
            "The file begins as a dump and does not end as one: '-- Dump completed' is missing.");
      }
    }
  }

  private static final class Any extends SentDump {
    Any(InputStream content) {
      super(content);
    }

    @Override
    public void mustBeWhole() {
      // whoever restores it finds out
    }
  }
}
