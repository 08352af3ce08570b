package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk counted.
 *
 * @param requests answered
 * @param failed answered with an error, or not at all
 * @param perSecond of those answered well
 * @param p99Millis 99 of 100 answers came within this
 */
record Load(long requests, long failed, double perSecond, double p99Millis, String said) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(s|m)");
  private static final Pattern NOT_WELL = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern SOCKETS =
      Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern P99 = Pattern.compile("99%\\s+([\\d.]+)(us|ms|s|m)");

  /** The command of a load of one thread. */
  static List<String> command(int connections, int seconds, String url, String... more) {
    List<String> words = new ArrayList<>(List.of("wrk", "--latency", "-t1"));
    words.add("-c" + connections);
    words.add("-d" + seconds + "s");
    words.addAll(List.of(more));
    words.add(url);
    return words;
  }

  static Load run(int connections, int seconds, String url, String... more) {
    Shell.Outcome outcome =
        Shell.tryRun(
            null,
            Map.of(),
            Duration.ofSeconds(seconds + 30),
            command(connections, seconds, url, more));
    if (!outcome.ok()) {
      throw new IllegalStateException("wrk failed: " + outcome.output());
    }
    return read(outcome.output());
  }

  static Load read(String said) {
    Matcher requests = REQUESTS.matcher(said);
    if (!requests.find()) {
      throw new IllegalStateException("wrk said nothing of requests: " + said);
    }
    long count = Long.parseLong(requests.group(1));
    double seconds =
        Double.parseDouble(requests.group(2)) * (requests.group(3).equals("m") ? 60 : 1);
    long failed = 0;
    Matcher notWell = NOT_WELL.matcher(said);
    if (notWell.find()) {
      failed += Long.parseLong(notWell.group(1));
    }
    double wellPerSecond = (count - failed) / seconds;
    Matcher sockets = SOCKETS.matcher(said);
    if (sockets.find()) {
      for (int i = 1; i <= 4; i++) {
        failed += Long.parseLong(sockets.group(i));
      }
    }
    return new Load(count, failed, wellPerSecond, p99(said), said);
  }

  private static double p99(String said) {
    Matcher p99 = P99.matcher(said);
    if (!p99.find()) {
      return Double.NaN;
    }
    double value = Double.parseDouble(p99.group(1));
    return switch (p99.group(2)) {
      case "us" -> value / 1000;
      case "s" -> value * 1000;
      case "m" -> value * 60_000;
      default -> value;
    };
  }
}
