package dev.slipway.runtime.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.ApplicationStore;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** T25: clean-up on a real engine that is full of other people's things. */
@Tag("docker")
class ForeignThingsIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "dddddd000001";
  private static final String NEIGHBOUR = "eeeeee000001";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private int made;

  @Test
  void nothingWithoutOurLabelIsTouchedAndOfOursOnlyWhatNobodyNeeds() throws Exception {
    Database database = POSTGRES.database();
    ApplicationStore applications = new ApplicationStore(database);
    Application living = Samples.application(database);
    Application removed = Samples.application(database);
    applications.markDeleting(removed.id()).await();
    applications.remove(removed.id()).await();

    try (OwnEngine host = new OwnEngine(folder);
        JavaDockerEngine engine = JavaDockerEngine.at(host.host)) {
      strangers(host, removed);
      neighbours(host, removed);
      String needed = image(host, INSTALLATION, living, "slipway-dddddd/shop:needed");
      Samples.serving(database, living, "slipway-dddddd/shop:needed");
      ours(host, living, removed);
      TreeSet<String> goes = new TreeSet<>(host.everything());
      image(host, INSTALLATION, living, "slipway-dddddd/shop:old");
      image(host, INSTALLATION, removed, "slipway-dddddd/gone:old");
      volume(host, INSTALLATION, removed, "gone-data");
      container(host, INSTALLATION, removed, "gone-ended");
      TreeSet<String> before = host.everything();

      cleanUp(database, engine);

      TreeSet<String> after = host.everything();
      assertThat(after).as("everything that is foreign or needed").isEqualTo(goes);
      assertThat(before.size() - after.size()).isEqualTo(4);
      assertThat(needed).isNotBlank();
      cleanUp(database, engine);
      assertThat(host.everything()).as("a second look finds nothing").isEqualTo(after);
      System.out.printf(
          "PROMISE T25: %d objects on a real engine, %d of them foreign or needed: 4 unneeded ones"
              + " collected, 0 others touched%n",
          before.size(), after.size());
    }
  }

  private static void cleanUp(Database database, JavaDockerEngine engine) throws Exception {
    NodeChores chores =
        new NodeChores(
            engine,
            new HousekeepingStore(database),
            new ImageStore(database),
            INSTALLATION,
            Duration.ZERO,
            false);
    for (Chore chore : chores.all()) {
      chore.work().collect();
    }
  }

  /** Things that carry no label of ours, some of them with names like ours. */
  private void strangers(OwnEngine host, Application removed) throws Exception {
    Path tar = tar();
    host.docker(tar, "import", "-", "stranger/app:1");
    host.docker(tar, "import", "-", "slipway-dddddd/shop:by-hand");
    host.docker(tar(), "import", "-"); // dangling
    host.docker("volume", "create", "stranger-data");
    host.docker(
        "volume", "create", "--label", "dev.slipway.application=" + removed.id(), "half-label");
    host.docker("create", "--name", "stranger-ended", "--network=none", "stranger/app:1", "/x");
    Path context = Files.createDirectories(folder.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /a\nCOPY Dockerfile /b\n");
    host.docker("build", "-q", "-t", "stranger/built:1", context.toString());
  }

  /** Another installation's things, for the same application's id even. */
  private void neighbours(OwnEngine host, Application removed) throws Exception {
    image(host, NEIGHBOUR, removed, "slipway-eeeeee/shop:old");
    volume(host, NEIGHBOUR, removed, "neighbour-data");
    container(host, NEIGHBOUR, removed, "neighbour-ended");
  }

  /** Ours, and needed or not provably unneeded. */
  private void ours(OwnEngine host, Application living, Application removed) throws Exception {
    volume(host, INSTALLATION, living, "living-data");
    container(host, INSTALLATION, living, "living-ended");
    host.docker(
        "volume",
        "create",
        "--label",
        "dev.slipway.installation=" + INSTALLATION,
        "--label",
        "dev.slipway.application=app_nobody_knows",
        "unknown-data");
    String copied = image(host, INSTALLATION, removed, "friend/copy:1");
    assertThat(copied).isNotBlank();
    String used = image(host, INSTALLATION, removed, "slipway-dddddd/used:1");
    host.docker("create", "--name", "uses-ours", "--network=none", used, "/x");
  }

  private String image(OwnEngine host, String installation, Application application, String name)
      throws Exception {
    return host.docker(
        tar(),
        "import",
        "--change",
        "LABEL dev.slipway.installation=" + installation,
        "--change",
        "LABEL dev.slipway.application=" + application.id(),
        "-",
        name);
  }

  private static void volume(
      OwnEngine host, String installation, Application application, String name) throws Exception {
    host.docker(
        "volume",
        "create",
        "--label",
        "dev.slipway.installation=" + installation,
        "--label",
        "dev.slipway.application=" + application.id(),
        name);
  }

  private static void container(
      OwnEngine host, String installation, Application application, String name) throws Exception {
    host.docker(
        "create",
        "--name",
        name,
        "--network=none",
        "--label",
        "dev.slipway.release=rel_1",
        "--label",
        "dev.slipway.installation=" + installation,
        "--label",
        "dev.slipway.application=" + application.id(),
        "stranger/app:1",
        "/x");
  }

  /** A layer that no other image has. */
  private Path tar() throws IOException, InterruptedException {
    Path content = folder.resolve("file-" + ++made);
    Files.writeString(content, "layer " + made + " " + System.nanoTime());
    Path tar = folder.resolve("layer-" + made + ".tar");
    new ProcessBuilder(
            "tar", "-C", folder.toString(), "-cf", tar.toString(), content.getFileName().toString())
        .inheritIO()
        .start()
        .waitFor();
    return tar;
  }
}
