package dev.slipway.backup.run;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.Dump;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.TarTool;
import dev.slipway.backup.verify.Rehearsal;
import dev.slipway.backup.verify.VolumeRehearsal;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.lease.Fence;
import java.util.List;
import java.util.function.Consumer;

/**
 * A volume of an application, on this node.
 *
 * @param pausing its application stands still while it is read
 */
record VolumeKept(BackupParts parts, Backup backup, boolean pausing) implements Kept {
  private static final TarTool TAR = new TarTool();

  /** To read what is somebody else's; nothing can be written to a mount that is only read. */
  private static final List<String> READING = List.of("DAC_OVERRIDE");

  @Override
  public String format() {
    return TarTool.FORMAT;
  }

  @Override
  public String ending() {
    return ".tar";
  }

  @Override
  public String image() {
    volume();
    return parts.volumes().image();
  }

  private Volumes.Found volume() {
    return parts.volumes().find(backup.subject());
  }

  @Override
  public Dump dump(Site site, Fence fence) {
    Volumes.Found volume = volume();
    var tools = site.mounting(parts.volumes().image(), volume.mount(true), READING);
    var bench = Bench.ofTar(tools, parts.config().patience());
    Pause pause = Pause.none();
    try {
      String version = TAR.version(bench); // what takes its time comes before the pause
      pause = pausing ? Pause.begin(parts, fence, volume) : pause;
      return PausedDump.begin(TAR, version, bench, pause, quiet(volume));
    } catch (RuntimeException e) {
      pause.close();
      bench.close();
      throw e;
    }
  }

  /**
   * The backup of what is about to be replaced is worth something only when nobody wrote after it
   * was read; this is asked before and after.
   */
  private Consumer<List<String>> quiet(Volumes.Found volume) {
    if (backup.trigger() != BackupTrigger.SAFETY) {
      return warnings -> {};
    }
    var rest = new VolumeRest(parts, volume);
    rest.await(() -> {});
    return warnings -> {
      rest.require();
      if (!warnings.isEmpty()) {
        throw Problem.failed(
            "volume_changed",
            "Something wrote to the volume while it was read: " + warnings.getFirst(),
            "See who else mounts it, then restore again.");
      }
    };
  }

  @Override
  public void release(Fence fence) {
    Pause.release(parts, fence);
  }

  @Override
  public Rehearsal rehearsal() {
    return new VolumeRehearsal(parts.volumes().image(), parts.config().patience());
  }

  @Override
  public String told(Manifest manifest) {
    return "%d files of %d bytes, %d directories and %d links"
        .formatted(
            manifest.counts().getOrDefault("files", 0L),
            manifest.counts().getOrDefault("bytes", 0L),
            manifest.counts().getOrDefault("directories", 0L),
            manifest.counts().getOrDefault("links", 0L));
  }
}
