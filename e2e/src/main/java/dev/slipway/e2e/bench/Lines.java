package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.Sample;
import java.nio.charset.StandardCharsets;

/** What the log measures' applications print, and how a frame is read. */
final class Lines {
  private static final byte[] LINE = "\"line\":\"".getBytes(StandardCharsets.US_ASCII);

  private Lines() {}

  /** Prints "t MICROSECONDS" of the wall clock, a hundred times a second. */
  static Sample telling(int everyMillis) {
    return Sample.node(
        """
        setInterval(() => {
          console.log('t ' + Math.round((performance.timeOrigin + performance.now()) * 1000));
        }, %d);
        require('http').createServer((q, a) => a.end('ok')).listen(process.env.PORT || 8080);
        process.on('SIGTERM', () => process.exit(0));
        """
            .formatted(everyMillis));
  }

  /** Prints the numbers 1 to 200,000 on request, as fast as its output takes them. */
  static Sample bursting() {
    return Sample.saying("burst")
        .with(
            "www/cgi-bin/burst",
            """
            #!/bin/sh
            printf 'Content-type: text/plain\\r\\n\\r\\nok'
            seq 1 200000 >/proc/1/fd/1
            """)
        .with(
            "Dockerfile",
            """
            FROM slipway-base/busybox:latest
            COPY start.sh /start.sh
            COPY www /www
            RUN chmod 755 /www/cgi-bin/burst
            CMD ["/bin/sh", "/start.sh"]
            """);
  }

  /** The number behind {@code prefix} in a frame's line; -1 when it is not such a line. */
  static long number(byte[] frame, String prefix) {
    int at = indexOfLine(frame);
    if (at < 0) {
      return -1;
    }
    for (int i = 0; i < prefix.length(); i++, at++) {
      if (at >= frame.length || frame[at] != prefix.charAt(i)) {
        return -1;
      }
    }
    long number = 0;
    int digits = 0;
    for (; at < frame.length && frame[at] >= '0' && frame[at] <= '9'; at++, digits++) {
      number = number * 10 + frame[at] - '0';
    }
    return digits == 0 || frame[at] != '"' ? -1 : number;
  }

  private static int indexOfLine(byte[] frame) {
    outer:
    for (int i = 0; i + LINE.length <= frame.length; i++) {
      for (int j = 0; j < LINE.length; j++) {
        if (frame[i + j] != LINE[j]) {
          continue outer;
        }
      }
      return i + LINE.length;
    }
    return -1;
  }

  /** How many lines a gap frame says were lost; 0 for any other frame. */
  static long lost(byte[] frame) {
    String text = new String(frame, StandardCharsets.UTF_8);
    if (!text.startsWith("{\"gap\"")) {
      return 0;
    }
    var gap = Json.read(text).path("gap");
    return gap.path("to").asLong() - gap.path("from").asLong() + 1;
  }
}
