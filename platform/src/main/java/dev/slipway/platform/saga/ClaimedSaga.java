package dev.slipway.platform.saga;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A saga's row as it was when this process became its owner, with the journal written so far by
 * step number. {@code justBegun}: the claim itself recorded the beginning of the first step.
 */
record ClaimedSaga(
    Fence fence,
    String kind,
    int version,
    String subject,
    String input,
    boolean undoing,
    boolean cancelRequested,
    boolean pastReturn,
    @Nullable StepFailure failure,
    boolean justBegun,
    Map<Integer, Entry> journal) {

  static ClaimedSaga of(Row row) {
    String error = row.getString("error");
    return new ClaimedSaga(
        new Fence(row.getString("id"), row.getLong("fence")),
        row.getString("kind"),
        row.getInteger("version"),
        row.getString("subject"),
        row.getString("input"),
        row.getString("state").equals("undoing"),
        row.getBoolean("cancel_requested"),
        row.getBoolean("past_return"),
        error == null ? null : Json.read(error, StepFailure.class),
        row.getString("begun") != null,
        journal(row));
  }

  private static Map<Integer, Entry> journal(Row row) {
    Map<Integer, Entry> journal = new HashMap<>();
    String begun = row.getString("begun");
    if (begun != null) {
      journal.put(0, new Entry(begun, "running", 1, false, null));
    }
    String steps = row.getString("steps");
    if (steps != null) {
      for (JsonNode step : Json.tree(steps)) {
        JsonNode output = step.get("output");
        journal.put(
            step.get("n").asInt(),
            new Entry(
                step.get("name").asText(),
                step.get("state").asText(),
                step.get("attempt").asInt(),
                step.get("undone").asBoolean(),
                output == null || output.isNull() ? null : output));
      }
    }
    return journal;
  }

  /** What the journal says of one step. */
  record Entry(String name, String state, int attempt, boolean undone, @Nullable JsonNode output) {
    boolean done() {
      return state.equals("done");
    }
  }
}
