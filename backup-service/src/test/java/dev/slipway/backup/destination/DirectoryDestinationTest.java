package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.platform.net.AddressGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of this machine as a destination. */
class DirectoryDestinationTest extends DestinationContract {
  @TempDir Path data;

  private Path root() {
    return data.resolve("backups/mine");
  }

  @Override
  Destination open() {
    return new Destinations(
            new LocalRoots(data.resolve("backups"), List.of()),
            new AddressGuard(false),
            Duration.ofSeconds(30))
        .open(new DestinationConfig.LocalDirectory("mine"));
  }

  @Override
  List<String> everything() throws IOException {
    if (!Files.exists(root())) {
      return List.of();
    }
    try (var files = Files.walk(root())) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }

  @Test
  void onlyThePlatformsUserMayReadABackup() throws Exception {
    try (var destination = open()) {
      destination.write("a/b", new ByteArrayInputStream(new byte[1]));
    }

    assertThat(permissions("a/b")).isEqualTo("rw-------");
    assertThat(permissions("a")).isEqualTo("rwx------");
    assertThat(permissions("")).isEqualTo("rwx------");
  }

  private String permissions(String key) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(key)));
  }

  @Test
  void aLinkInItLeadsNowhere() throws Exception {
    var elsewhere = Files.createDirectory(data.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("secret"), "s");
    Files.createDirectories(root());
    Files.createSymbolicLink(root().resolve("link"), elsewhere);
    Files.createSymbolicLink(root().resolve("file"), elsewhere.resolve("secret"));

    try (var destination = open()) {
      failsWith("destination_denied", () -> destination.read("link/secret", 0, -1));
      failsWith(
          "destination_denied",
          () -> destination.write("link/new", new ByteArrayInputStream(new byte[1])));
      failsWith("object_missing", () -> destination.read("file", 0, -1));
      assertThat(destination.list("")).isEmpty();
    }
    assertThat(elsewhere)
        .isDirectoryContaining("glob:**/secret")
        .isDirectoryNotContaining("glob:**/new");
  }

  @Test
  void whatAnUnfinishedWriteLeftGoesWithTheNextWriteAndWithARemoval() throws Exception {
    Files.createDirectories(root());
    var left = root().resolve(".a.00000000-0000-0000-0000-000000000000.part");
    var others = root().resolve(".a.b.00000000-0000-0000-0000-000000000000.part");
    Files.writeString(others, "of a write of a.b that goes on");

    try (var destination = open()) {
      Files.writeString(left, "half");
      assertThat(destination.list("")).isEmpty();
      destination.write("a", new ByteArrayInputStream(new byte[1]));
      assertThat(left).doesNotExist();

      Files.writeString(left, "half");
      destination.remove("a");
      assertThat(left).doesNotExist();
    }
    assertThat(others).exists();
  }

  @Test
  void aDirectoryIsUsedOnlyWhereBackupsMayLie() throws Exception {
    var allowed = Files.createDirectory(data.resolve("disk"));
    var destinations =
        new Destinations(
            new LocalRoots(data.resolve("backups"), List.of(allowed)),
            new AddressGuard(false),
            Duration.ofSeconds(30));

    failsWith(
        "directory_refused", () -> destinations.open(new DestinationConfig.LocalDirectory("/etc")));
    failsWith(
        "directory_refused",
        () -> destinations.open(new DestinationConfig.LocalDirectory(allowed + "-not")));
    failsWith("invalid_request", () -> new DestinationConfig.LocalDirectory("../x"));
    try (var here = destinations.open(new DestinationConfig.LocalDirectory(allowed.toString()))) {
      here.check();
    }
    var unmounted = new DestinationConfig.LocalDirectory(allowed.resolve("usb").toString());
    try (var missing = destinations.open(unmounted)) {
      failsWith("destination_missing", missing::check);
    }
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothing() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    var disk = Files.createDirectory(data.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
    try {
      try (var destination = new DirectoryDestination(disk, false)) {
        destination.write("old", new ByteArrayInputStream(bytes(1 << 20)));

        failsWith(
            "disk_full", () -> destination.write("new", new ByteArrayInputStream(bytes(20 << 20))));

        assertThat(destination.list("")).extracting(Stored::key).containsExactly("old");
        destination.write("new", new ByteArrayInputStream(bytes(2 << 20)));
      }
      try (var files = Files.list(disk)) {
        assertThat(files).hasSize(2);
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
