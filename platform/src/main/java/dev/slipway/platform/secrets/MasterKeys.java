package dev.slipway.platform.secrets;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The master keys as they are set: the first wraps, all of them unwrap. {@code SLIPWAY_MASTER_KEY}
 * holds them, separated by commas or spaces, or {@code SLIPWAY_MASTER_KEY_FILE} names a file that
 * does; a file is read again while the process runs, so that a new key needs no restart.
 */
public final class MasterKeys {
  static final String SETTING = "SLIPWAY_MASTER_KEY";
  private static final String FILE = "master.key";
  private static final String HOW =
      "set 32 bytes in base64, as 'openssl rand -base64 32' makes them";

  private final List<MasterKey> keys;
  private final Optional<Path> file;

  private MasterKeys(List<MasterKey> keys, Optional<Path> file) {
    this.keys = List.copyOf(keys);
    this.file = file;
  }

  /** Reads the settings of a process of a cluster, which needs one; the caller checks them. */
  public static MasterKeys from(Settings settings) {
    if (settings.text(SETTING).isEmpty() && settings.text(SETTING + "_FILE").isEmpty()) {
      settings.mistake(
          SETTING, "is not set", HOW + ", the same for all processes, and keep a copy elsewhere");
    }
    return read(settings);
  }

  /** Reads the settings; without any, the data directory's own key is used, made when needed. */
  public static MasterKeys from(Settings settings, Path data) {
    if (settings.text(SETTING).isPresent() || settings.text(SETTING + "_FILE").isPresent()) {
      return read(settings);
    }
    return ofFile(made(data.resolve(FILE)));
  }

  private static MasterKeys read(Settings settings) {
    String text = settings.secret(SETTING).reveal();
    Optional<String> named = settings.text(SETTING + "_FILE");
    if (text.isEmpty()) {
      return new MasterKeys(List.of(), Optional.empty());
    }
    Optional<List<MasterKey>> keys = parsed(text);
    if (keys.isEmpty()) {
      settings.mistake(named.isPresent() ? SETTING + "_FILE" : SETTING, "holds no key", HOW);
    }
    return new MasterKeys(keys.orElse(List.of()), named.flatMap(MasterKeys::path));
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty(); // reading it has noted the mistake
    }
  }

  /** Empty when any of them is no key. */
  private static Optional<List<MasterKey>> parsed(String text) {
    List<MasterKey> keys = new ArrayList<>();
    for (String each : text.strip().split("[,\\s]+")) {
      Optional<MasterKey> key = MasterKey.read(each);
      if (key.isEmpty()) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    return Optional.of(keys);
  }

  /** Made with its rights: there is no moment at which others may read it. */
  private static Path made(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path half = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(half);
        Files.createFile(
            half,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(half, fresh() + "\n", StandardOpenOption.SYNC);
        Files.move(half, file);
      }
      return file;
    } catch (FileAlreadyExistsException e) {
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("The master key " + file + " cannot be made", e);
    }
  }

  /** A new master key, as the settings take it. */
  public static String fresh() {
    return Base64.getEncoder().encodeToString(SecretKeys.random(SecretKeys.KEY_BYTES));
  }

  /**
   * The keys of a file that only its owner may read.
   *
   * @throws SetupFailure when others may, or it holds no key
   */
  public static MasterKeys ofFile(Path file) {
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      if (rights.contains(PosixFilePermission.OTHERS_READ)
          || rights.contains(PosixFilePermission.GROUP_READ)) {
        throw new SetupFailure(
            file + " may be read by others than its owner: 'chmod 600' it, then start again.");
      }
      List<MasterKey> keys =
          parsed(Files.readString(file))
              .orElseThrow(() ->
                  new SetupFailure(
                      file
                          + " holds no master key: restore it from a backup of the data directory;"
                          + " without it the stored secrets cannot be read."));
      return new MasterKeys(keys, Optional.of(file));
    } catch (IOException e) {
      throw new SetupFailure("The master key " + file + " cannot be read: check its rights.", e);
    }
  }

  /**
   * As they are set now. Blocks for the file; what cannot be read, or holds no key, changes
   * nothing.
   */
  MasterKeys again() {
    if (file.isEmpty()) {
      return this;
    }
    try {
      return parsed(Files.readString(file.get()))
          .filter(now -> !now.equals(keys))
          .map(now -> new MasterKeys(now, file))
          .orElse(this);
    } catch (IOException e) {
      return this; // it is being replaced
    }
  }

  /** The one that wraps. */
  MasterKey first() {
    return keys.getFirst();
  }

  Optional<MasterKey> find(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /** Their fingerprints, the first one first. */
  public List<String> ids() {
    return keys.stream().map(MasterKey::id).toList();
  }

  /** Keys for one purpose, as the master keys are set now. */
  public DerivedKeys derived(String purpose) {
    return new DerivedKeys() {
      @Override
      public String currentId() {
        return PREFIX + first().id();
      }

      @Override
      public Optional<byte[]> find(String id) {
        return id.startsWith(PREFIX)
            ? MasterKeys.this
                .find(id.substring(PREFIX.length()))
                .map(master -> master.derive(purpose))
            : Optional.empty();
      }
    };
  }

  @Override
  public String toString() {
    return "master keys " + ids();
  }
}
