package dev.slipway.gateway.auth;

import dev.slipway.store.KeyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The key of whoever owns the host: it lies in the data directory, readable by its owner alone, and
 * the CLI on the same host uses it. So nobody needs to sign in to make the first key.
 */
public final class OperatorKey {
  /** Its file in the data directory. */
  public static final String FILE = "operator.key";

  private static final String NAME = "operator";

  private OperatorKey() {}

  /**
   * Makes sure that the file is there and that its key is known, with all scopes. Blocks and
   * awaits: for the main thread or a virtual one.
   */
  public static void ensure(Path dataDirectory, KeyStore keys) {
    NewKey key = read(dataDirectory.resolve(FILE));
    keys.add(NAME, Set.of(Scope.ADMIN.wire()), key.hash(), key.prefix(), null).await();
  }

  private static NewKey read(Path file) {
    try {
      if (Files.exists(file)) {
        String key = Files.readString(file).strip();
        if (NewKey.isShaped(key)) {
          return new NewKey(key);
        }
      }
      NewKey made = NewKey.random();
      write(file, made);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read or write the operator's key " + file, e);
    }
  }

  private static void write(Path file, NewKey key) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path half = file.resolveSibling(FILE + ".new");
    Files.deleteIfExists(half);
    // Made with its rights, not given them later: there is no moment at which others may read it.
    Files.createFile(
        half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(half, key.key() + "\n");
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
