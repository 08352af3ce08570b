package dev.slipway.backup.verify;

import dev.slipway.backup.dump.Bench;
import dev.slipway.backup.dump.Comparison;
import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.backup.dump.DumpTool;
import dev.slipway.backup.dump.Restored;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.contracts.backup.Manifest;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A database's backup in a scratch server.
 *
 * @param tool what it was taken with
 * @param like the server it was taken from: engine, version, image
 */
public record DatabaseRehearsal(DumpTool tool, DatabaseServer like, Prover prover)
    implements Rehearsal {

  @Override
  public Restored copy(Site site, Manifest manifest, OpenedBackup content, Consumer<String> said)
      throws IOException {
    said.accept("Starting a scratch server of " + like.image() + ".");
    try (var scratch = scratch(site, manifest, content);
        var bench = new Bench(scratch.inside(), like.engine(), prover.patience())) {
      if (!tool.loadsAtStart()) {
        said.accept("Restoring into it what lies at the destination.");
        tool.fill(bench, scratch.address(), content, List.of(), false);
      }
      said.accept("Counting what it holds now.");
      return tool.count(bench, scratch.address());
    }
  }

  private ScratchServer scratch(Site site, Manifest manifest, OpenedBackup content)
      throws IOException {
    var order = prover.order(like, tool, manifest, List.of());
    return tool.loadsAtStart()
        ? ScratchServer.holding(site, order, content)
        : ScratchServer.empty(site, order);
  }

  @Override
  public Comparison comparison() {
    return tool;
  }
}
