package dev.slipway.backup.platform;

import dev.slipway.backup.dump.PlatformHead;
import dev.slipway.backup.run.PlatformKeys;
import dev.slipway.backup.stream.OpenedBackup;
import dev.slipway.backup.stream.Opener;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.secrets.DerivedKeys;
import dev.slipway.platform.secrets.MasterKeys;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A backup of a platform, as it was downloaded. */
public final class PlatformFile {
  private final Path file;
  private final MasterKeys masters;

  private PlatformFile(Path file, MasterKeys masters) {
    this.file = file;
    this.masters = masters;
  }

  /** A file that is opened with one of these master keys. */
  public static PlatformFile of(Path file, MasterKeys masters) {
    return new PlatformFile(file, masters);
  }

  /**
   * Reads all of it, so that nothing is begun with half a backup, or with another file.
   *
   * @return what it says of itself
   * @throws Problem {@code file_missing}, {@code master_key_wrong}, {@code backup_not_platform},
   *     and as {@link Opener#open}
   */
  public PlatformHead prove() {
    try (OpenedBackup content = open()) {
      PlatformHead head = PlatformHead.read(content);
      content.readToEnd();
      return head;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Its content from the beginning. */
  OpenedBackup open() {
    try {
      return new Opener(new PlatformKeys(masters.derived(PlatformKeys.PURPOSE)))
          .open(new BufferedInputStream(Files.newInputStream(file)));
    } catch (IOException e) {
      throw unreadable(e);
    } catch (Problem problem) {
      throw problem.code().equals("backup_key_missing") ? wrongKey(problem) : problem;
    }
  }

  private Problem wrongKey(Problem told) {
    String here =
        String.join(", ", masters.ids().stream().map(DerivedKeys.PREFIX::concat).toList());
    return new Problem(
        422,
        "master_key_wrong",
        "Another master key is needed",
        told.detail() + " The key that was given is '" + here + "'.",
        "Name the file with the master key of the installation that made the backup:"
            + " --master-key-file FILE. It was in its data directory, as master.key; a backup of a"
            + " database or of another kind is not restored this way.",
        List.of(),
        told);
  }

  private Problem unreadable(IOException cause) {
    return new Problem(
        422,
        "file_missing",
        "The file cannot be read",
        "The file " + file + " cannot be read.",
        "Correct its name or its rights.",
        List.of(),
        cause);
  }
}
