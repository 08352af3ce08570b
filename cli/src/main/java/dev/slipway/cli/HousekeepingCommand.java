package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Clean-up: what it did, what there is, and doing it now. */
@Command(
    name = "housekeeping",
    description = "Tells what clean-up collected and what is held.",
    mixinStandardHelpOptions = true)
final class HousekeepingCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    JsonNode house = session().api().get("/api/housekeeping");
    List<List<String>> duties = new ArrayList<>();
    for (JsonNode duty : house.path("duties")) {
      duties.add(
          List.of(
              Session.text(duty, "duty"),
              Session.text(duty, "startedAt"),
              Session.text(duty, "endedAt"),
              Session.text(duty, "nextAt")));
    }
    session().table(List.of("DUTY", "LAST BEGUN", "LAST ENDED", "NEXT"), duties);
    session().print("");
    List<List<String>> held = new ArrayList<>();
    for (JsonNode one : house.path("held")) {
      held.add(
          List.of(
              Session.text(one, "duty"),
              Session.text(one, "what"),
              Session.text(one, "count"),
              size(one.path("bytes").asLong())));
    }
    session().table(List.of("DUTY", "HELD", "COUNT", "SIZE"), held);
    session().print("");
    session().table(List.of("AT", "DUTY", "COLLECTED", "COUNT", "SIZE", "ERROR"), results(house));
    return 0;
  }

  private static List<List<String>> results(JsonNode house) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode result : house.path("results")) {
      if (rows.size() < SHOWN) {
        rows.add(
            List.of(
                Session.text(result, "at"),
                Session.text(result, "duty"),
                Session.text(result, "what"),
                Session.text(result, "collected"),
                size(result.path("bytes").asLong()),
                Session.text(result, "error")));
      }
    }
    return rows;
  }

  private static String size(long bytes) {
    return bytes == 0 ? "-" : "%,d MB".formatted((bytes + (1 << 20) - 1) >> 20);
  }

  @Command(description = "Cleans up now, on every host.", mixinStandardHelpOptions = true)
  int run() {
    session().api().post("/api/housekeeping/runs", null);
    session().print("Asked for; ./slipway housekeeping shows what comes of it.");
    return 0;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
