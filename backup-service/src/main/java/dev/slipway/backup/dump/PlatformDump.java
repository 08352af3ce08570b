package dev.slipway.backup.dump;

import dev.slipway.platform.boot.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A dump with its manifest before it. Rows are counted first, so {@code pg_dump} waits with its
 * first byte until they are.
 */
final class PlatformDump implements Dump {
  private final PostgresDump dump;
  private final InputStream content;

  PlatformDump(PostgresDump dump, String installation) {
    this.dump = dump;
    this.content = new Content(dump, installation);
  }

  @Override
  public InputStream content() {
    return content;
  }

  @Override
  public Taken confirm() {
    return dump.confirm();
  }

  @Override
  public void close() {
    dump.close();
  }

  private static final class Content extends InputStream {
    private final PostgresDump dump;
    private final String installation;
    private volatile @Nullable InputStream head;

    Content(PostgresDump dump, String installation) {
      this.dump = dump;
      this.installation = installation;
    }

    private InputStream head() {
      InputStream known = head;
      if (known == null) {
        var taken = dump.counted();
        known =
            new ByteArrayInputStream(
                new PlatformHead(
                        installation,
                        Version.TEXT,
                        taken.serverVersion(),
                        taken.takenAt(),
                        taken.counts())
                    .bytes());
        head = known;
      }
      return known;
    }

    @Override
    public int read() throws IOException {
      int next = head().read();
      return next < 0 ? dump.content().read() : next;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int read = head().read(bytes, offset, count);
      return read < 0 ? dump.content().read(bytes, offset, count) : read;
    }

    /** Whoever still waits for the counts is not to wait any longer. */
    @Override
    public void close() throws IOException {
      dump.content().close();
      if (head == null) {
        dump.close();
      }
    }
  }
}
