package dev.slipway.platform.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.platform.bus.Json;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest batches of a stream, kept as they were encoded and read only when a failure wants its
 * last lines.
 */
final class RecentLines {
  private static final int LINES = 50;

  private final ArrayDeque<LineBatch> batches = new ArrayDeque<>();
  private int lines;

  void add(LineBatch batch) {
    batches.add(batch);
    lines += batch.lines();
    while (batches.size() > 1 && lines - batches.element().lines() >= LINES) {
      lines -= batches.remove().lines();
    }
  }

  List<String> tail(int limit) {
    List<String> all = new ArrayList<>();
    for (LineBatch batch : batches) {
      Buffer ndjson = batch.numbered(1);
      Segments.forEach(
          ndjson,
          (lastSeq, gap, start, end) -> {
            if (!gap) {
              JsonNode line = Json.tree(ndjson.getString(start, end));
              all.add(line.path("line").asText());
            }
          });
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - limit), all.size()));
  }
}
