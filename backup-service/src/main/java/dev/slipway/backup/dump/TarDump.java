package dev.slipway.backup.dump;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/** A volume being read. What is in the archive is counted as it passes. */
public final class TarDump implements Dump {
  /** Something was changed or removed while it was read; the archive is whole. */
  private static final int CHANGED = 1;

  private final ToolRun run;
  private final String version;
  private final TarCount count = new TarCount();
  private final InputStream content;
  private final Instant began = Instant.now();
  private volatile List<String> warnings = List.of();

  TarDump(ToolRun run, String version) {
    this.run = run;
    this.version = version;
    this.content = new Counted(run.stdout(), count);
  }

  @Override
  public InputStream content() {
    return content;
  }

  /**
   * Waits for tar's end. What changed meanwhile is in the archive as it was read: the counts are
   * those of the archive, and a warning says so.
   */
  @Override
  public Taken confirm() {
    if (run.exitCode(CHANGED) == CHANGED) {
      warnings =
          List.of(
              "The volume was written to while it was read, so its files are of different moments: "
                  + ToolFailures.lastWords(run.stderr()),
              "A schedule that pauses the application takes them all of one moment.");
    }
    var found = count.finish();
    if (found.isEmpty()) {
      throw run.tooEarly("It wrote no archive that can be read.");
    }
    return new Taken(version, "", began, found.get().counts(), found.get().digests());
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    run.close();
    count.close();
  }

  private static final class Counted extends FilterInputStream {
    private final TarCount count;

    Counted(InputStream in, TarCount count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read < 0) {
        count.end();
      } else {
        count.add(bytes, offset, read);
      }
      return read;
    }
  }
}
