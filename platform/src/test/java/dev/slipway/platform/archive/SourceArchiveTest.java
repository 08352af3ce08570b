package dev.slipway.platform.archive;

import static dev.slipway.platform.archive.HostileArchives.put;
import static dev.slipway.platform.archive.HostileArchives.special;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.archive.HostileArchives.Content;
import dev.slipway.platform.archive.HostileArchives.Zipped;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What no archive achieves (T21): writing elsewhere, filling the disk or the memory, for ever. */
class SourceArchiveTest {
  private static final String SYMLINK = "link";

  @TempDir Path folder;
  private Path outside;
  private Path inside;
  private int refused;

  @BeforeEach
  void make() throws IOException {
    outside = Files.createDirectory(folder.resolve("outside"));
    inside = folder.resolve("inside/tree");
    Files.createDirectory(folder.resolve("inside"));
  }

  @AfterEach
  void nothingIsOutside() {
    assertThat(outside).isEmptyDirectory();
  }

  private Problem refusal(String what, Path archive) {
    return refusal(what, archive, ArchiveLimits.DEFAULTS);
  }

  private Problem refusal(String what, Path archive, ArchiveLimits limits) {
    var source = new SourceArchive(archive, limits);
    var seen = catchThrowableOfType(Problem.class, source::inspect);
    var problem = catchThrowableOfType(Problem.class, () -> source.unpack(inside));
    assertThat(problem).as("a refusal of %s", what).isNotNull();
    assertThat(seen).as("the same without writing, of %s", what).isNotNull();
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.code()).as(what).isEqualTo(seen.code());
    assertThat(problem.remedy()).as(what).isNotBlank();
    assertThat(inside).as("what is left of %s", what).doesNotExist();
    assertThat(inside.getParent()).isEmptyDirectory();
    refused++;
    return problem;
  }

  @Test
  void pathsThatLeadAwayAreRefused() throws IOException {
    for (var name :
        List.of(
            "../outside/a",
            "a/../../outside/a",
            "..",
            "/etc/cron.d/a",
            "//a",
            "C:/a",
            "c:a",
            "..\\outside\\a",
            "a\\..\\..\\b",
            "\\\\host\\a",
            "a\u0000b",
            "a\nb",
            "a\u001b[2Jb",
            "a\ufffdb",
            "x".repeat(300),
            "d/".repeat(70) + "a",
            "d/".repeat(1600) + "a")) {
      if (name.indexOf('\0') < 0) { // a tar's name ends there
        assertThat(
                refusal(
                        "tar " + name,
                        HostileArchives.tar(
                            folder.resolve("x.tar"), tar -> put(tar, name, "owned")))
                    .code())
            .as(name)
            .isIn("path_refused", "archive_unreadable");
      }
      assertThat(
              refusal(
                      "zip " + name,
                      HostileArchives.zip(
                          folder.resolve("x.zip"), zip -> put(zip, name, "owned", 0100644)))
                  .code())
          .as(name)
          .isIn("path_refused", "archive_unreadable");
    }
    told("paths that lead away");
  }

  @Test
  void entriesThatAreNoFilesAreRefused() throws IOException {
    Map<String, Content> tars = new LinkedHashMap<>();
    var target = outside.toString();
    tars.put("a link away", tar -> special(tar, SYMLINK, TarConstants.LF_SYMLINK, target));
    tars.put("a link up", tar -> special(tar, "a/b", TarConstants.LF_SYMLINK, "../../outside"));
    tars.put(
        "a link that climbs late", tar -> special(tar, "a", TarConstants.LF_SYMLINK, "b/../.."));
    tars.put(
        "a file through a link",
        tar -> {
          special(tar, SYMLINK, TarConstants.LF_SYMLINK, target);
          put(tar, SYMLINK + "/a", "owned");
        });
    tars.put(
        "a file through an inner link",
        tar -> {
          special(tar, SYMLINK, TarConstants.LF_SYMLINK, "d");
          put(tar, SYMLINK + "/a", "owned");
        });
    tars.put("a hard link away", tar -> special(tar, "a", TarConstants.LF_LINK, "/etc/passwd"));
    tars.put(
        "a hard link inside",
        tar -> {
          put(tar, "a", "a");
          special(tar, "b", TarConstants.LF_LINK, "a");
        });
    tars.put("a character device", tar -> special(tar, "a", TarConstants.LF_CHR, null));
    tars.put("a block device", tar -> special(tar, "a", TarConstants.LF_BLK, null));
    tars.put("a pipe", tar -> special(tar, "a", TarConstants.LF_FIFO, null));
    for (var each : tars.entrySet()) {
      assertThat(
              refusal(
                      each.getKey(),
                      HostileArchives.tarGz(folder.resolve("x.tgz"), each.getValue()))
                  .code())
          .as(each.getKey())
          .isIn("path_refused", "path_ambiguous", "entry_refused");
    }
    Map<String, Zipped> zips = new LinkedHashMap<>();
    zips.put("a link away", zip -> put(zip, "a", target, 0120777));
    zips.put("a link up", zip -> put(zip, "a/b", "../../outside", 0120777));
    zips.put("a device", zip -> put(zip, "a", "", 0020644));
    zips.put("a pipe", zip -> put(zip, "a", "", 0010644));
    zips.put("a socket", zip -> put(zip, "a", "", 0140644));
    for (var each : zips.entrySet()) {
      assertThat(
              refusal(each.getKey(), HostileArchives.zip(folder.resolve("x.zip"), each.getValue()))
                  .code())
          .as(each.getKey())
          .isIn("path_refused", "entry_refused");
    }
    told("links that lead away, hard links, devices, pipes and sockets");
  }

  @Test
  void namesThatMeanTheSameAreRefused() throws IOException {
    for (var pair :
        List.of(
            List.of("a", "a"),
            List.of("README", "readme"),
            List.of("src/a", "SRC/b"),
            List.of("caf\u00e9", "cafe\u0301"),
            List.of("stra\u00dfe", "STRASSE"),
            List.of("\ufb01le", "file"),
            List.of("a", "./a"),
            List.of("a", "a/b"),
            List.of("a/b", "a"))) {
      assertThat(
              refusal(
                      "tar " + pair,
                      HostileArchives.tar(
                          folder.resolve("x.tar"),
                          tar -> {
                            put(tar, pair.getFirst(), "one");
                            put(tar, pair.getLast(), "two");
                          }))
                  .code())
          .as("%s", pair)
          .isIn("path_ambiguous", "path_refused");
    }
    assertThat(
            refusal(
                    "zip",
                    HostileArchives.zip(
                        folder.resolve("x.zip"),
                        zip -> {
                          put(zip, "a", "one", 0100644);
                          put(zip, "A", "two", 0100644);
                        }))
                .code())
        .isEqualTo("path_ambiguous");
    told("pairs of names that mean the same somewhere");
  }

  @Test
  @Timeout(180)
  void bombsAreStoppedEarly() throws IOException {
    int tenGigabytes = 10 * 1024;
    assertThat(
            refusal(
                    "10 GB in a tar.gz",
                    HostileArchives.gzipBomb(folder.resolve("x.tgz"), tenGigabytes))
                .code())
        .isEqualTo("archive_too_large");
    assertThat(
            refusal(
                    "10 GB in a zip",
                    HostileArchives.zipBomb(folder.resolve("x.zip"), tenGigabytes))
                .code())
        .isEqualTo("archive_too_large");
    assertThat(
            refusal("a zip that lies", HostileArchives.lyingZip(folder.resolve("y.zip"), 256))
                .code())
        .isIn("archive_too_large", "archive_unreadable");
    assertThat(
            refusal(
                    "1,000,000 files in a tar.gz",
                    HostileArchives.gzipOfFiles(folder.resolve("many.tgz"), 1_000_000),
                    few(5_000))
                .code())
        .isEqualTo("archive_too_large");
    assertThat(
            refusal(
                    "files in a zip",
                    HostileArchives.zip(
                        folder.resolve("many.zip"),
                        zip -> {
                          for (int i = 0; i < 20_000; i++) {
                            put(zip, "f" + i, "", 0100644);
                          }
                        }),
                    few(5_000))
                .code())
        .isEqualTo("archive_too_large");
    assertThat(
            refusal(
                    "a name of 100 MB",
                    HostileArchives.tarGz(
                        folder.resolve("long.tgz"),
                        tar -> {
                          var header = new TarArchiveEntry("././@LongLink", (byte) 'L');
                          put(tar, header, "x".repeat(100 << 20), 0);
                          put(tar, "a", "a");
                        }))
                .code())
        .isEqualTo("archive_too_large");
    told("bombs of 10 GB, of 1,000,000 files and of a name of 100 MB");
  }

  private static ArchiveLimits few(int entries) {
    return new ArchiveLimits(2L << 30, entries, 64, 100, Duration.ofMinutes(2));
  }

  @Test
  void whatIsCutOffOrNoArchiveIsRefused() throws IOException {
    var honest =
        HostileArchives.tarGz(folder.resolve("x.tgz"), tar -> put(tar, "a", "a".repeat(5000)));
    try (var file = new RandomAccessFile(honest.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertThat(refusal("half an archive", honest).code()).isEqualTo("archive_unreadable");
    var zip = HostileArchives.zip(folder.resolve("x.zip"), out -> put(out, "a", "abc", 0100644));
    try (var file = new RandomAccessFile(zip.toFile(), "rw")) {
      file.setLength(file.length() - 10);
    }
    assertThat(refusal("most of a zip", zip).code()).isEqualTo("archive_unreadable");
    for (var text :
        List.of("", "PK", "hello", "\u001f\u008b", "#!/bin/sh\nrm -rf /\n".repeat(100))) {
      var file =
          Files.write(
              folder.resolve("text"), text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      assertThat(refusal("text", file).code()).isEqualTo("archive_unreadable");
    }
    assertThat(
            refusal("an empty tar", HostileArchives.tar(folder.resolve("e.tar"), tar -> {})).code())
        .isEqualTo("archive_unreadable");
    told("damaged archives");
  }

  @Test
  void honestArchivesAreWrittenWithoutWhatMayNotBeKept() throws IOException {
    Content content =
        tar -> {
          put(tar, "./", "");
          put(tar, "./src/run.sh", "#!/bin/sh\n");
          put(tar, new TarArchiveEntry("./src/suid"), "x", 0104755);
          put(tar, "./.git/hooks/post-checkout", "#!/bin/sh\ntouch /tmp/owned\n");
          special(tar, "./run", TarConstants.LF_SYMLINK, "src/run.sh");
        };
    for (var archive :
        List.of(
            HostileArchives.tar(folder.resolve("x.tar"), content),
            HostileArchives.tarGz(folder.resolve("x.tgz"), content),
            HostileArchives.zip(
                folder.resolve("x.zip"),
                zip -> {
                  put(zip, "src/run.sh", "#!/bin/sh\n", 0100644);
                  put(zip, "src/suid", "x", 0104755);
                  put(zip, ".GIT/config", "[core]", 0100644);
                  put(zip, "run", "src/run.sh", 0120777);
                }))) {
      var into = folder.resolve("inside/" + archive.getFileName());
      var unpacked = new SourceArchive(archive, ArchiveLimits.DEFAULTS).unpack(into);
      assertThat(unpacked.files()).isEqualTo(3);
      assertThat(into.resolve("run")).hasContent("#!/bin/sh\n").isSymbolicLink();
      assertThat(into.resolve(".git")).doesNotExist();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(into.resolve("src/suid"))))
          .isEqualTo("rwxr-xr-x");
      assertThat((int) Files.getAttribute(into.resolve("src/suid"), "unix:mode") & 07000).isZero();
    }
  }

  private void told(String what) {
    System.out.printf(
        "PROMISE T21: %d archives with %s refused, nothing written outside, nothing left%n",
        refused, what);
  }
}
