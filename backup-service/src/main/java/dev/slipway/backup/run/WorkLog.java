package dev.slipway.backup.run;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a backup or a restore tells while it works; passwords are masked. */
public final class WorkLog {
  private final LogStream stream;
  private final String name;
  private final BackupParts parts;

  private WorkLog(LogStream stream, String name, BackupParts parts) {
    this.stream = stream;
    this.name = name;
    this.parts = parts;
  }

  /** Opens a log behind what was written before, whose writer is refused from now. */
  public static WorkLog open(BackupParts parts, String name, Fence fence, List<String> secrets) {
    return parts
        .stores()
        .logs()
        .open(name, LogStreams.ONE_WRITER, fence::guard)
        .map(writer ->
            new WorkLog(
                LogStream.open(
                    parts.vertx(),
                    name,
                    writer.lastSeq(),
                    SecretMask.of(secrets),
                    writer::append,
                    (id, first, last, lines) -> announce(parts, id, first, last, lines)),
                name,
                parts))
        .await();
  }

  private static void announce(
      BackupParts parts, String stream, long first, long last, Buffer lines) {
    parts
        .bus()
        .ring(
            LogStreams.APPENDED,
            new Appended(stream, first, last, lines.toString(StandardCharsets.UTF_8), false));
  }

  public void say(@Nullable String step, String text) {
    stream.say(step, LogLevel.INFO, text);
  }

  public void say(@Nullable String step, LogLevel level, String text) {
    stream.say(step, level, text);
  }

  public List<String> tail(int lines) {
    return stream.tail(lines);
  }

  /** Stores what was said so far, so that the next writer continues behind it. */
  public Future<Void> close() {
    return stream.close();
  }

  /** The same, and tells live readers that no more will come. */
  public Future<Void> end() {
    return stream
        .close()
        .onSuccess(done ->
            parts
                .bus()
                .ring(LogStreams.APPENDED, new Appended(name, 0, stream.lastSeq(), "", true)));
  }
}
