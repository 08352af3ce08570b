package dev.slipway.platform.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LogStreamToPostgresTest {

  @Test
  void twoHundredThousandLinesArriveWholeWhenTheSourceCanWait(Vertx vertx, Database database)
      throws Exception {
    database
        .script("CREATE TABLE segments (first_seq bigint, last_seq bigint, lines bytea)")
        .await();
    Database relaxed = Database.connectRelaxed(vertx, database.url(), 2);
    AtomicLong announced = new AtomicLong();
    LogStream stream =
        LogStream.open(
            vertx,
            "d:1",
            0,
            SecretMask.NONE,
            (batch, after) ->
                relaxed
                    .query(
                        "INSERT INTO segments VALUES ($1, $2, $3)",
                        after + 1,
                        after + batch.count(),
                        batch.numbered(after + 1))
                    .map(after + batch.count()),
            (id, first, last, ndjson) -> announced.set(last));
    byte[] lines =
        "step 42 of a build that says a lot, line after line after line\n"
            .repeat(250)
            .getBytes(StandardCharsets.UTF_8);
    LogStream.Source source = stream.source(LogChannel.STDOUT, "build");
    long started = System.nanoTime();
    for (int i = 0; i < 800; i++) {
      stream.awaitRoom(Duration.ofSeconds(10));
      source.write(lines, 0, lines.length);
    }
    stream.close().await();
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.printf("log stream into PostgreSQL: %,.0f lines/s%n", 200_000 / seconds);

    assertThat(stream.dropped()).isZero();
    assertThat(announced.get()).isEqualTo(200_000);
    assertThat(
            database
                .one(
                    "SELECT sum(last_seq - first_seq + 1)::bigint FROM segments", r -> r.getLong(0))
                .await())
        .isEqualTo(200_000);
    relaxed.close().await();
  }
}
