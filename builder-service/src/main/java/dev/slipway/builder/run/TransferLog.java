package dev.slipway.builder.run;

import dev.slipway.docker.TransferProgress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells how far a push or pull is, every few seconds: a quick one says nothing. */
final class TransferLog implements Consumer<TransferProgress> {
  private static final Duration OFTEN = Duration.ofSeconds(3);
  private final BuildLog log;
  private final String step;
  private final Map<String, TransferProgress> layers = new LinkedHashMap<>();
  private long lastSaid = System.nanoTime();

  TransferLog(BuildLog log, String step) {
    this.log = log;
    this.step = step;
  }

  @Override
  public void accept(TransferProgress news) {
    if (news.totalBytes() > 0) {
      layers.put(news.layer(), news);
    }
    long now = System.nanoTime();
    if (now - lastSaid < OFTEN.toNanos() || layers.isEmpty()) {
      return;
    }
    lastSaid = now;
    long done = layers.values().stream().mapToLong(TransferProgress::doneBytes).sum();
    long total = layers.values().stream().mapToLong(TransferProgress::totalBytes).sum();
    log.say(
        step,
        "%,d of %,d MB in %d layer%s."
            .formatted(done >> 20, total >> 20, layers.size(), layers.size() == 1 ? "" : "s"));
  }
}
