package dev.slipway.platform.pg;

import dev.slipway.platform.boot.SetupFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once per version from the archive on the class path. */
final class PostgresBinaries {
  private static final Pattern VERSION = Pattern.compile("linux-amd64-([0-9][0-9.]*[0-9])\\.jar");
  private static final String ARCHIVE = "postgres-linux-x86_64.txz";

  private PostgresBinaries() {}

  /**
   * The folder that holds {@code bin/postgres}, unpacked below {@code directory} when it is not
   * there yet.
   */
  static Path unpackedBelow(Path directory) {
    URL archive = PostgresBinaries.class.getClassLoader().getResource(ARCHIVE);
    if (archive == null || !System.getProperty("os.arch").equals("amd64")) {
      throw new SetupFailure(
          "The embedded PostgreSQL is made for Linux on amd64 only; name a PostgreSQL of your own with"
              + " SLIPWAY_DATABASE_URL=postgresql://user:password@host:5432/database.");
    }
    Path target = directory.resolve("programs-" + version(archive));
    if (!Files.isDirectory(target)) {
      try {
        unpack(archive, target);
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL could not be unpacked to " + target, e);
      }
    }
    return target;
  }

  private static String version(URL archive) {
    Matcher match = VERSION.matcher(archive.toString());
    return match.find() ? match.group(1) : "unknown";
  }

  /**
   * Into a neighbour first, renamed when it is whole: a kill in the middle leaves nothing that
   * looks finished.
   */
  private static void unpack(URL archive, Path target) throws IOException {
    Path parts = Files.createTempDirectory(target.getParent(), "unpacking-");
    try (InputStream packed = new BufferedInputStream(archive.openStream(), 1 << 16);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, parts);
      }
    }
    Files.setPosixFilePermissions(parts, permissions(0755));
    Files.move(parts, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path parts)
      throws IOException {
    Path file = parts.resolve(entry.getName()).normalize();
    if (!file.startsWith(parts)) {
      throw new IOException("The archive leaves its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
    } else if (entry.isSymbolicLink()) {
      Files.createDirectories(file.getParent());
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.createDirectories(file.getParent());
      Files.copy(tar, file);
      Files.setPosixFilePermissions(file, permissions(entry.getMode()));
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OTHERS_READ);
    if ((mode & 0111) != 0) {
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    }
    return permissions;
  }
}
