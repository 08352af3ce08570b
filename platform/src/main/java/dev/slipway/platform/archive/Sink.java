package dev.slipway.platform.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the entries of an archive go. Paths were judged. */
interface Sink {
  void folder(String path) throws IOException;

  /** Takes all that the stream gives. */
  void file(String path, InputStream content, boolean executable, Meter meter) throws IOException;

  /** Called after all files, so that none is ever written through a link. */
  void link(String path, String target) throws IOException;

  /** Looks and writes nothing. */
  Sink NOWHERE =
      new Sink() {
        @Override
        public void folder(String path) {}

        @Override
        public void file(String path, InputStream content, boolean executable, Meter meter)
            throws IOException {
          var buffer = new byte[64 << 10];
          for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            meter.add(n);
          }
        }

        @Override
        public void link(String path, String target) {}
      };

  /** Writes into this folder, which nobody else writes to. Only the right to run a file is kept. */
  static Sink into(Path root) {
    return new Sink() {
      @Override
      public void folder(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
      }

      @Override
      public void file(String path, InputStream content, boolean executable, Meter meter)
          throws IOException {
        var place = root.resolve(path);
        Files.createDirectories(place.getParent());
        try (var out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
          var buffer = new byte[64 << 10];
          for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            meter.add(n);
            out.write(buffer, 0, n);
          }
        }
        Files.setPosixFilePermissions(
            place, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }

      @Override
      public void link(String path, String target) throws IOException {
        var place = root.resolve(path);
        Files.createDirectories(place.getParent());
        Files.createSymbolicLink(place, Path.of(target));
      }
    };
  }
}
