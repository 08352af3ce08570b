package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The keys that secrets are stored under. */
@Command(
    name = "secrets",
    description = "The keys that secrets are stored under; shows the last rotations.",
    mixinStandardHelpOptions = true)
final class SecretsCommand implements Callable<Integer> {
  private static final long LOOK_MS = 500;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode rotation : session().api().get("/api/secrets/rotations").path("items")) {
      rows.add(
          List.of(
              Session.text(rotation, "id"),
              Session.text(rotation, "state"),
              Session.text(rotation, "sealed"),
              Session.text(rotation, "actor"),
              Session.text(rotation, "createdAt")));
    }
    session().table(List.of("ROTATION", "STATE", "SEALED", "BY", "ASKED FOR"), rows);
    return 0;
  }

  @Command(
      description = {
        "Brings every stored secret under a new data key, and the data keys under the first master"
            + " key, while everything goes on.",
        "To replace the master key: write the new one before the old one in SLIPWAY_MASTER_KEY or"
            + " its file, rotate, then remove the old one."
      },
      mixinStandardHelpOptions = true)
  int rotate(@Option(names = "--no-wait", description = "Do not wait for its end.") boolean noWait)
      throws InterruptedException {
    Session session = session();
    JsonNode rotation = session.api().post("/api/secrets/rotations", null);
    String path = "/api/secrets/rotations/" + rotation.path("id").asText();
    session.print("Rotation " + rotation.path("id").asText() + " is asked for.");
    while (!noWait && !hasEnded(rotation)) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      rotation = session.api().get(path);
    }
    if (rotation.path("state").asText().equals("failed")) {
      JsonNode failure = rotation.path("failure");
      throw CliFailure.refused(
          Session.text(failure, "detail") + " " + Session.text(failure, "remedy"));
    }
    if (!noWait) {
      session.print(
          "Done: "
              + rotation.path("sealed").asText()
              + " rows are sealed anew; keys that are listed behind the first may be removed.");
    }
    return 0;
  }

  private static boolean hasEnded(JsonNode rotation) {
    String state = rotation.path("state").asText();
    return state.equals("done") || state.equals("failed");
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
