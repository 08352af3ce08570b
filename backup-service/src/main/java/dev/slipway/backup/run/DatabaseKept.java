package dev.slipway.backup.run;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.Dump;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.PlatformTool;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.Taken;
import dev.slipway.backup.verify.DatabaseRehearsal;
import dev.slipway.backup.verify.Prover;
import dev.slipway.backup.verify.Rehearsal;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A database, or the platform's own. */
record DatabaseKept(BackupParts parts, Backup backup) implements Kept {

  @Override
  public String format() {
    return tool().format();
  }

  @Override
  public String ending() {
    return tool().ending();
  }

  @Override
  public String image() {
    return source().image();
  }

  private DatabaseServer source() {
    return ofPlatform()
        ? parts.servers().platform()
        : parts.servers().serving(String.valueOf(backup.subject().id()));
  }

  private DumpTool tool() {
    return ofPlatform() ? new PlatformTool(parts.config().installation()) : DumpTool.of(engine());
  }

  private boolean ofPlatform() {
    return backup.subject().kind() == BackupSubject.Kind.PLATFORM;
  }

  private DatabaseEngine engine() {
    return ofPlatform()
        ? DatabaseEngine.POSTGRESQL
        : DatabaseEngine.valueOf(String.valueOf(backup.engine()).toUpperCase(Locale.ROOT));
  }

  @Override
  public Dump dump(Site site, Fence fence) {
    DatabaseServer source = source();
    var bench = new Bench(site.beside(source), source.engine(), parts.config().patience());
    try {
      return new Benched(tool().dump(bench, source), bench);
    } catch (RuntimeException e) {
      bench.close();
      throw e;
    }
  }

  /** A dump that takes the bench along when it is closed. */
  private record Benched(Dump dump, Bench bench) implements Dump {
    @Override
    public InputStream content() {
      return dump.content();
    }

    @Override
    public Taken confirm() {
      return dump.confirm();
    }

    @Override
    public List<String> warnings() {
      return dump.warnings();
    }

    @Override
    public void close() {
      try (bench) {
        dump.close();
      }
    }
  }

  @Override
  public void release(Fence fence) {
    // a database goes on while it is read
  }

  @Override
  public Rehearsal rehearsal() {
    var config = parts.config();
    var prover = new Prover(config.scratchBytes(), config.start(), config.patience());
    return new DatabaseRehearsal(tool(), like(), prover);
  }

  /** A server like the one it was taken from; of the same image while that one is there. */
  private DatabaseServer like() {
    if (ofPlatform()) {
      return parts
          .servers()
          .like(DatabaseEngine.POSTGRESQL, PlatformServer.VERSION, null, "restored");
    }
    String version = String.valueOf(backup.engineVersion());
    return parts.servers().like(engine(), version, customImage(version), "restored");
  }

  private @Nullable String customImage(String version) {
    String id = backup.subject().id();
    if (id == null) {
      return null;
    }
    try {
      var there = parts.stores().databases().get(new DatabaseId(id)).await();
      return there.version().equals(version) ? there.config().image() : null;
    } catch (Problem gone) {
      return null; // then the engine's own image of that version is what is left
    }
  }

  @Override
  public String told(Manifest manifest) {
    return "%d counted in %d parts"
        .formatted(
            manifest.counts().values().stream().mapToLong(Long::longValue).sum(),
            manifest.counts().size());
  }
}
