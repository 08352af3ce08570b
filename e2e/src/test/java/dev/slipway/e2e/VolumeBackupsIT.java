package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * T16 for volumes: what an application wrote comes back as it was, in place, and only when safe.
 */
@ExtendWith(OnePlatform.class)
final class VolumeBackupsIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String SEED =
      """
      if [ ! -e /data/notes ]; then
        mkdir -p /data/notes /data/empty
        for i in 1 2 3 4 5; do echo "note $i" > "/data/notes/note $i"; done
        ln -s notes /data/link
        chmod 600 "/data/notes/note 1"
      fi
      """;

  private final World world;

  VolumeBackupsIT(World world) {
    this.world = world;
  }

  @Test
  void aVolumeIsBackedUpOnScheduleWithAPauseAndComesBackInPlace() {
    String start = Sample.example("hello-dockerfile").file("start.sh");
    App app =
        world.app(
            "notes",
            Sample.saying("here").with("start.sh", SEED + start),
            Map.of("volumes", List.of(Map.of("name", "data", "path", "/data"))));
    app.deployed();
    JsonNode schedule =
        world
            .api()
            .post(
                "/backup-schedules",
                of(app, Map.of("name", "often", "cron", "* * * * *", "pauseApplication", true)))
            .expect(201)
            .json();
    Traffic traffic = world.traffic(app);
    JsonNode manual = ended("/backups/" + asked("/backups", of(app, Map.of())), "verified");
    assertThat(manual.at("/manifest/counts/files").asLong()).isEqualTo(5);
    assertThat(manual.at("/manifest/counts/links").asLong()).isEqualTo(1);
    assertThat(manual.at("/manifest/digests/notes").asText()).hasSize(64);

    String scheduled = scheduled(schedule);
    assertThat(ended("/backups/" + scheduled, "verified").at("/manifest/digests"))
        .isEqualTo(manual.at("/manifest/digests"));
    world.api().delete("/backup-schedules/" + schedule.path("id").asText()).expect(204);
    Traffic.Tally seen = traffic.stop();
    assertThat(seen.failures()).isEmpty();

    String before = inVolume(app, "find . | sort; cat notes/*; stat -c '%a %u %Y %n' notes/*");
    inVolume(app, "rm 'notes/note 3' link; echo other > 'notes/note 4'; touch more");
    Map<String, Object> restore = of(app, Map.of("backupId", scheduled));
    assertThat(world.api().post("/restores", restore).expect(409).json().path("code").asText())
        .isEqualTo("application_runs");
    world.api().post("/applications/" + app.id() + "/stop", Map.of()).expect(202);
    JsonNode restored = ended("/restores/" + asked("/restores", restore), "success");
    assertThat(inVolume(app, "find . | sort; cat notes/*; stat -c '%a %u %Y %n' notes/*"))
        .isEqualTo(before);
    JsonNode safety = ended("/backups/" + restored.path("safetyBackupId").asText(), "verified");
    assertThat(safety.at("/manifest/digests/more").asText()).hasSize(64);
    world.api().post("/applications/" + app.id() + "/start", Map.of()).expect(202);
    Until.holds(
        "the application serves again",
        LIMIT,
        Duration.ofMillis(200),
        () -> app.visit("/").body().strip().equals("here"));
    PromiseReport.tell(
        "T16",
        "one platform: a volume backed up by hand and, paused, by its schedule (%d requests, 0 failed), both verified; files deleted and changed, restored in place after a verified backup of them: equal"
            .formatted(seen.requests()));
  }

  private static Map<String, Object> of(App app, Map<String, ?> more) {
    Map<String, Object> fields = new HashMap<>(more);
    fields.put("applicationId", app.id());
    fields.put("volume", "data");
    return fields;
  }

  private String asked(String path, Map<String, ?> fields) {
    return world.api().post(path, fields).expect(202).json().path("id").asText();
  }

  private String scheduled(JsonNode schedule) {
    String path = "/backups?scheduleId=" + schedule.path("id").asText();
    Until.holds(
        "the schedule has asked",
        LIMIT,
        Duration.ofMillis(500),
        () -> !world.api().get(path).expect(200).json().path("items").isEmpty());
    return world.api().get(path).expect(200).json().at("/items/0/id").asText();
  }

  /** Beside the application, as somebody on its host might. */
  private static String inVolume(App app, String script) {
    String volume =
        Shell.run(
                "docker",
                "volume",
                "ls",
                "-q",
                "--filter",
                "label=dev.slipway.application=" + app.id())
            .strip();
    return Shell.run(
        "docker",
        "run",
        "--rm",
        "-v",
        volume + ":/data",
        "-w",
        "/data",
        "slipway-base/busybox:latest",
        "sh",
        "-c",
        script);
  }

  private JsonNode ended(String path, String status) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      JsonNode found = world.api().get(path + "?wait=30").expect(200).json();
      if (List.of("verified", "failed", "cancelled", "success")
          .contains(found.path("status").asText())) {
        assertThat(found.path("status").asText()).as(found.toPrettyString()).isEqualTo(status);
        return found;
      }
      assertThat(System.nanoTime()).as(found.toPrettyString()).isLessThan(end);
    }
  }
}
