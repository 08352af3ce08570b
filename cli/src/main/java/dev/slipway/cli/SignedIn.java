package dev.slipway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** The session of whoever signed in, in a file of his own that only he may read. */
record SignedIn(Path file) {
  static SignedIn in(Map<String, String> environment) {
    String home =
        environment.getOrDefault(
            "XDG_CONFIG_HOME",
            environment.getOrDefault("HOME", System.getProperty("user.home")) + "/.config");
    return new SignedIn(Path.of(home, "slipway", "session"));
  }

  /** The session at that address; empty when there is none. */
  String at(String url) {
    try {
      List<String> lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
      return lines.size() == 2 && lines.getFirst().equals(url) ? lines.getLast() : "";
    } catch (IOException e) {
      throw CliFailure.refused("The session in " + file + " cannot be read; remove that file.");
    }
  }

  void keep(String url, String cookie) {
    try {
      Files.createDirectories(file.getParent());
      Path half = file.resolveSibling("session.new");
      Files.deleteIfExists(half);
      Files.createFile(
          half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(half, url + "\n" + cookie + "\n");
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CliFailure.refused("The session cannot be kept in " + file + "; check its folder.");
    }
  }

  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw CliFailure.refused("The session in " + file + " cannot be removed; remove that file.");
    }
  }
}
