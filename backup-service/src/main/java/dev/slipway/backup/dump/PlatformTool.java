package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * The platform's own database: a dump like any other of PostgreSQL, which also says whose it is and
 * what it holds ({@link PlatformHead}).
 *
 * @param installation whose state is taken
 */
public record PlatformTool(String installation) implements DumpTool {
  private static final PostgresTool POSTGRES = new PostgresTool();

  @Override
  public String format() {
    return "slipway-platform";
  }

  @Override
  public String ending() {
    return ".platform";
  }

  @Override
  public Dump dump(Bench bench, DatabaseServer source) {
    return new PlatformDump(PostgresDump.begin(bench, source), installation);
  }

  @Override
  public Map<String, String> scratchSettings(long plainBytes) {
    return POSTGRES.scratchSettings(plainBytes);
  }

  @Override
  public void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace)
      throws IOException {
    PlatformHead.read(content);
    POSTGRES.fill(bench, target, content, only, replace);
  }

  @Override
  public Restored count(Bench bench, DatabaseServer server) {
    return POSTGRES.count(bench, server);
  }

  /** How what is there now differs from what the backup says of itself; empty: not at all. */
  public List<String> differences(PlatformHead head, Restored restored) {
    return Differences.of(head.counts(), restored.counts());
  }

  @Override
  public List<String> differences(Manifest manifest, Restored restored) {
    return Differences.of(manifest.counts(), restored.counts());
  }
}
