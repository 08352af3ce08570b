package dev.slipway.backup.verify;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.Comparison;
import dev.slipway.backup.dump.Restored;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.dump.TarTool;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.docker.ProgramSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A volume's backup in a scratch folder: that of a container that does nothing, without a network.
 * With the container the folder is gone, whoever removes it.
 *
 * @param image with GNU tar
 * @param patience for how long tar may stand still
 */
public record VolumeRehearsal(String image, Duration patience) implements Rehearsal {
  /** To give files back to their owners, with their rights. */
  public static final List<String> WRITING =
      List.of("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD");

  private static final TarTool TAR = new TarTool();
  private static final long PROCESSES = 64;

  @Override
  public Restored copy(Site site, Manifest manifest, OpenedBackup content, Consumer<String> said)
      throws IOException {
    said.accept("Restoring into a scratch folder what lies at the destination.");
    var spec =
        ProgramSpec.of(site.name("scratch"), image, site.labels())
            .command(List.of("sleep", "infinity"))
            .user("0:0")
            .memoryBytes(site.memoryBytes())
            .pidsLimit(PROCESSES)
            .dropCapabilities(List.of("ALL"))
            .keepCapabilities(WRITING)
            .build();
    try (var scratch = site.engine().run(spec);
        var bench = Bench.ofTar(site.inside(scratch), patience)) {
      bench.print("mkdir", List.of("mkdir", "-p", TarTool.FOLDER), Map.of());
      TAR.mustFit(bench, manifest.plainBytes());
      TAR.fill(bench, content);
      said.accept("Counting what it holds now.");
      return TAR.count(bench);
    }
  }

  @Override
  public Comparison comparison() {
    return TAR;
  }
}
