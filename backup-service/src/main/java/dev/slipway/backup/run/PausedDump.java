package dev.slipway.backup.run;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.Dump;
import dev.slipway.backup.dump.Taken;
import dev.slipway.backup.dump.TarDump;
import dev.slipway.backup.dump.TarTool;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** A volume being read while its application stands still, or goes on if that was not wanted. */
final class PausedDump implements Dump {
  private final TarDump dump;
  private final Bench bench;
  private final Pause pause;
  private final Consumer<List<String>> judge;

  private PausedDump(TarDump dump, Bench bench, Pause pause, Consumer<List<String>> judge) {
    this.dump = dump;
    this.bench = bench;
    this.pause = pause;
    this.judge = judge;
  }

  /**
   * Begins to read; a pause that takes too long ends it.
   *
   * @param judge gets the warnings when all was read, and throws when it must not count
   */
  static PausedDump begin(
      TarTool tar, String version, Bench bench, Pause pause, Consumer<List<String>> judge) {
    try {
      pause.whenTooLong(bench::close);
      return new PausedDump(tar.dump(bench, version), bench, pause, judge);
    } catch (RuntimeException e) {
      pause.mustBeInTime();
      throw e;
    }
  }

  /** Whoever reads learns that it ended because the application was to go on. */
  @Override
  public InputStream content() {
    return new FilterInputStream(dump.content()) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
          return super.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
          pause.mustBeInTime();
          throw e;
        }
      }
    };
  }

  @Override
  public Taken confirm() {
    Taken taken;
    try {
      taken = dump.confirm();
    } catch (RuntimeException e) {
      pause.mustBeInTime();
      throw e;
    }
    pause.end();
    judge.accept(dump.warnings());
    return taken;
  }

  @Override
  public List<String> warnings() {
    return dump.warnings();
  }

  @Override
  public void close() {
    try (pause;
        bench) {
      dump.close();
    }
  }
}
