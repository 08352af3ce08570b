package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.LocalDirectory;
import dev.slipway.contracts.problem.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * Where on this machine backups may lie, so that nobody who may configure a destination may write
 * anywhere.
 *
 * @param inside the folder of the data directory that relative paths are in
 * @param allowed absolute directories that the operator allows, with all that is in them
 */
public record LocalRoots(Path inside, List<Path> allowed) {
  public LocalRoots {
    inside = inside.toAbsolutePath().normalize();
    allowed = allowed.stream().map(root -> root.toAbsolutePath().normalize()).toList();
  }

  /**
   * Opens a directory.
   *
   * @throws Problem {@code directory_refused} when it is none of those
   */
  Destination open(LocalDirectory config) {
    var path = Path.of(config.path());
    var found = inside.resolve(path).normalize();
    boolean fine =
        path.isAbsolute() ? allowed.stream().anyMatch(found::startsWith) : found.startsWith(inside);
    if (!fine) {
      throw Failures.problem(
          422,
          "directory_refused",
          "The directory '" + config.path() + "' is not one where backups may lie.",
          "Use a relative path, which is inside the data directory; or have the operator allow the"
              + " directory with SLIPWAY_BACKUP_DIRECTORIES.");
    }
    return new DirectoryDestination(found, !path.isAbsolute());
  }
}
