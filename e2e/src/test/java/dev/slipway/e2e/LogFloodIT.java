package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.NumberedLog;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything a program prints is read once and in order, or its loss is told. */
@ExtendWith(OnePlatform.class)
final class LogFloodIT {
  private static final boolean SOAK = Boolean.getBoolean("slipway.soak");
  private static final long FLOOD = SOAK ? 10_000_000 : 300_000;
  private static final Duration LIMIT = SOAK ? Duration.ofMinutes(30) : Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** More than the engine keeps of one container: three files of 25 MB. */
  private static final long ROTATED = 130_000;

  /**
   * Prints as many numbered lines as it is asked for, among them what breaks readers of logs: lines
   * of a megabyte, NUL, colours, bytes that are no UTF-8, progress bars.
   */
  private static final Sample FLOODING =
      Sample.node(
          """
          const run = Date.now().toString(36);
          let n = 0;
          let wanted = 0;
          let pad = '';
          const odd = (i) => {
            switch (i % 1000) {
              case 1: return `\\u001b[31mn ${run} ${i}\\u001b[0m red\\n`;
              case 2: return `n ${run} ${i} nul \\0 \\0\\n`;
              case 3: return `10%\\r50%\\r100%\\rn ${run} ${i}\\n`;
              case 4: return `n ${run} ${i} \\u20ac\\u{1f600}\\r\\n`;
              case 5: return i % 50000 === 5 ? `n ${run} ${i} ${'x'.repeat(1 << 20)}\\n` : null;
              default: return null;
            }
          };
          const print = () => {
            const parts = [];
            for (let i = 0; i < 500 && n < wanted; i++) {
              n++;
              parts.push(Buffer.from(odd(n) ?? `n ${run} ${n} ${pad}\\n`));
              if (n % 1000 === 6) parts.push(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]));
            }
            if (parts.length > 0) process.stdout.write(Buffer.concat(parts));
            if (n < wanted) setImmediate(print);
          };
          require('http').createServer((q, a) => {
            const url = new URL(q.url, 'http://x');
            if (url.pathname === '/print') {
              wanted += Number(url.searchParams.get('lines'));
              pad = 'p'.repeat(Number(url.searchParams.get('pad')));
              setImmediate(print);
            }
            if (url.pathname === '/exit') setImmediate(() => process.exit(3));
            a.end(run + ' ' + n);
          }).listen(process.env.PORT);
          process.on('SIGTERM', () => process.exit(0));
          """);

  private final World world;

  LogFloodIT(World world) {
    this.world = world;
  }

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void everyLineIsReadOnceAndInOrderOrItsLossIsTold() {
    App app = world.app("flood", FLOODING, Map.of());
    app.deployed();
    try (NumberedLog log = new NumberedLog(world.api(), app.id())) {
      floodAcrossKills(app, log);
      rotateWhileNobodyReads(app, log);
      restart(app, log);
      NumberedLog.Seen seen = log.seen();
      PromiseReport.tell(
          "T12",
          ("%,d lines printed in bursts, of 1 MB, with NUL, colours, bad UTF-8 and progress bars;"
                  + " platform killed 3 times, container restarted, 130 MB rotated away unread:"
                  + " %,d received + %,d lost = written, %d losses told, %d visits, %d wrong")
              .formatted(
                  FLOOD + ROTATED + 1_000,
                  seen.received(),
                  seen.missing(),
                  seen.told().size(),
                  seen.visits(),
                  seen.wrong().size()));
      assertThat(seen.wrong()).as(seen::toString).isEmpty();
      assertThat(seen.received() + seen.missing())
          .as(seen::toString)
          .isEqualTo(FLOOD + ROTATED + 1_000);
      assertThat(seen.missing()).as("more than the engine keeps was printed").isPositive();
      assertThat(seen.told()).anyMatch(line -> line.contains("may be lost"));
    }
  }

  private void floodAcrossKills(App app, NumberedLog log) {
    for (int part = 1; part <= 4; part++) {
      long half = FLOOD / 4 * (part - 1) + FLOOD / 8;
      app.visit("/print?pad=20&lines=" + FLOOD / 4);
      awaitNumber(log, half);
      if (part < 3) {
        world.host().killPlatform();
        world.host().up();
      } else {
        log.vanish();
      }
      awaitNumber(log, FLOOD / 4 * part);
    }
    NumberedLog.Seen seen = log.seen();
    assertThat(seen.missing() - seen.counted()).as(seen::toString).isLessThanOrEqualTo(0);
  }

  private void rotateWhileNobodyReads(App app, NumberedLog log) {
    world.host().killPlatform();
    app.visit("/print?pad=1000&lines=" + ROTATED);
    Until.holds("it printed all", LIMIT, LOOK, () -> app.text().endsWith(" " + (FLOOD + ROTATED)));
    world.host().up();
    awaitNumber(log, FLOOD + ROTATED);
  }

  /** The engine starts another container in the place of one that ends, which counts anew. */
  private void restart(App app, NumberedLog log) {
    String before = log.seen().run();
    app.visit("/exit");
    Until.holds(
        "another container answers",
        LIMIT,
        LOOK,
        () -> {
          String answer = app.text();
          return answer.matches("[0-9a-z]+ 0") && !answer.startsWith(before);
        });
    app.visit("/print?pad=10&lines=1000");
    awaitNumber(log, 1_000);
  }

  private static void awaitNumber(NumberedLog log, long number) {
    Until.holds(
        () -> "number " + number + " in " + log.seen(),
        LIMIT,
        LOOK,
        () -> {
          log.keepReading();
          return log.seen().number() >= number && (number > 1_000 || log.seen().number() == number);
        });
  }
}
