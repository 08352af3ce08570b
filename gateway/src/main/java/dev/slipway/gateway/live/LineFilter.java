package dev.slipway.gateway.live;

import dev.slipway.platform.bus.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Lets the lines through that contain a text, whatever its case. Gaps always pass. */
record LineFilter(String wanted) {
  LineFilter {
    wanted = wanted.toLowerCase(Locale.ROOT);
  }

  boolean passes(byte[] text, int start, int length) {
    String record = new String(text, start, length, StandardCharsets.UTF_8);
    if (record.startsWith("{\"gap\"")) {
      return true;
    }
    // JSON writes quotes, backslashes and control characters otherwise than they are looked for.
    return Json.tree(record).path("line").asText().toLowerCase(Locale.ROOT).contains(wanted);
  }
}
