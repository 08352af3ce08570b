package dev.slipway.backup.verify;

import dev.slipway.backup.dump.Comparison;
import dev.slipway.backup.dump.Restored;
import dev.slipway.backup.dump.Site;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.contracts.backup.Manifest;
import java.io.IOException;
import java.util.function.Consumer;

/** A restore that nobody keeps: into a server or a folder that lives for one proof. */
public interface Rehearsal {

  /**
   * Restores a backup and counts what is there then. Nothing of the copy is left afterwards.
   *
   * @param content read as far as the tool wants
   * @param said gets what a person may want to know
   */
  Restored copy(Site site, Manifest manifest, OpenedBackup content, Consumer<String> said)
      throws IOException;

  /** How the copy is held against what was taken. */
  Comparison comparison();
}
