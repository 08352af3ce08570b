package dev.slipway.platform.pg;

import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Binds Java values to statement parameters: the client knows no {@link Instant}, we use nothing
 * else.
 */
final class Arguments {
  private Arguments() {}

  static Tuple tuple(@Nullable Object... args) {
    Tuple tuple = Tuple.tuple();
    for (Object arg : args) {
      tuple.addValue(arg instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : arg);
    }
    return tuple;
  }
}
