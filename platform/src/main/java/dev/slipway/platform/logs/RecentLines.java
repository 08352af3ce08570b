package dev.slipway.platform.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.platform.bus.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest batches of a stream, kept as they were encoded and read only when a failure wants its
 * last lines.
 */
final class RecentLines {
  private static final int LINES = 50;

  private final ArrayDeque<byte[]> batches = new ArrayDeque<>();
  private final ArrayDeque<Integer> counts = new ArrayDeque<>();
  private int lines;

  void add(byte[] ndjson) {
    int count = 0;
    for (byte b : ndjson) {
      count += b == '\n' ? 1 : 0;
    }
    batches.add(ndjson);
    counts.add(count);
    lines += count;
    while (batches.size() > 1 && lines - counts.element() >= LINES) {
      lines -= counts.remove();
      batches.remove();
    }
  }

  List<String> tail(int limit) {
    List<String> all = new ArrayList<>();
    for (byte[] batch : batches) {
      Segments.forEach(
          Buffer.buffer(batch),
          (lastSeq, gap, start, end) -> {
            if (!gap) {
              JsonNode line =
                  Json.tree(new String(batch, start, end - start, StandardCharsets.UTF_8));
              all.add(line.path("line").asText());
            }
          });
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - limit), all.size()));
  }
}
