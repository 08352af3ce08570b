package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reader of an application's log that comes back wherever it was cut off, and keeps books instead
 * of lines: the numbers of the stream and those the application printed ({@code n RUN NUMBER}) must
 * go up by one; what is missing must have been told before the next number.
 */
public final class NumberedLog implements WebSocket.Listener, AutoCloseable {
  private static final Pattern NUMBERED = Pattern.compile("n ([0-9a-z]+) ([0-9]+)(?:[^0-9]|$)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Api api;
  private final String application;
  private final StringBuilder partial = new StringBuilder();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private @Nullable WebSocket socket;
  private boolean connected;
  private long seq;
  private String run = "";
  private long number;
  private long received;
  private long lostLines;
  private long countedLost;
  private boolean lossTold;
  private int visits;

  public NumberedLog(Api api, String application) {
    this.api = api;
    this.application = application;
  }

  /**
   * What was seen so far.
   *
   * @param number the last number of the last run
   * @param received numbered lines
   * @param missing numbers that never came although a later one did
   * @param counted lines of the stream that gap records counted
   * @param told losses that were told in words
   * @param wrong what contradicts the promise, the first few
   */
  public record Seen(
      String run,
      long number,
      long received,
      long missing,
      long counted,
      List<String> told,
      List<String> wrong,
      int visits) {}

  public synchronized Seen seen() {
    return new Seen(
        run,
        number,
        received,
        lostLines,
        countedLost,
        List.copyOf(told),
        List.copyOf(wrong),
        visits);
  }

  /** Connects when it is not; a platform that is down is tried again at the next call. */
  public void keepReading() {
    synchronized (this) {
      if (connected) {
        return;
      }
      connected = true;
      partial.setLength(0);
    }
    String key = api.key();
    String base = api.base().toString().replaceFirst("^http", "ws");
    URI uri = URI.create(base + "/api/applications/" + application + "/logs?after=" + seq);
    try {
      socket =
          client
              .newWebSocketBuilder()
              .header("x-api-key", key == null ? "" : key)
              .buildAsync(uri, this)
              .orTimeout(15, TimeUnit.SECONDS)
              .join();
      visits++;
    } catch (CompletionException down) {
      cut();
    }
  }

  private synchronized void cut() {
    connected = false;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      JsonNode frame = Json.read(partial.toString());
      partial.setLength(0);
      frame(frame);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    cut();
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    cut();
  }

  private synchronized void frame(JsonNode frame) {
    JsonNode gap = frame.get("gap");
    long first = gap == null ? frame.path("seq").asLong() : gap.path("from").asLong();
    if (first != seq + 1) {
      complain("seq " + first + " follows " + seq);
    }
    seq = gap == null ? first : gap.path("to").asLong();
    if (gap != null) {
      countedLost += seq - first + 1;
      lossTold = true;
      return;
    }
    String line = frame.path("line").asText();
    if (frame.path("stream").asText().equals("system")) {
      told.add(line);
      lossTold |= line.contains("may be lost") || line.contains("cannot be read");
      return;
    }
    Matcher numbered = NUMBERED.matcher(line);
    if (numbered.lookingAt()) {
      numbered(numbered.group(1), Long.parseLong(numbered.group(2)));
    }
  }

  private void numbered(String itsRun, long next) {
    if (!itsRun.equals(run)) {
      run = itsRun;
      number = 0;
    }
    if (next <= number) {
      complain("n " + next + " comes after " + number + " at seq " + seq);
    } else if (next > number + 1) {
      lostLines += next - number - 1;
      if (!lossTold) {
        complain("n " + (number + 1) + " to " + (next - 1) + " are missing at seq " + seq);
      }
    }
    lossTold = false;
    number = Math.max(number, next);
    received++;
  }

  private void complain(String what) {
    if (wrong.size() < 20) {
      wrong.add(what);
    }
  }

  /** Gone without a word, and back at the next {@link #keepReading}. */
  public void vanish() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
    cut();
  }

  @Override
  public void close() {
    vanish();
    client.close();
  }
}
