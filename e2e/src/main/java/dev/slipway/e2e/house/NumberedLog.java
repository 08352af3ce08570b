package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reader of an application's log that comes back wherever it was cut off, and keeps books instead
 * of lines: the numbers of the stream and those the application printed ({@code n RUN NUMBER}) must
 * go up by one; what is missing must have been told before the next number.
 *
 * <p>A connection that was given up may still hand over a message it had begun to read. It is
 * nobody's by then: the next connection asks for it again.
 */
public final class NumberedLog implements AutoCloseable {
  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(15);
  private static final int MOST_COMPLAINTS = 20;

  /** How many messages, and how much of each, are told with a complaint. */
  private static final int RECENT = 5;

  private static final int SHOWN = 120;
  private static final Pattern NUMBERED = Pattern.compile("n ([0-9a-z]+) ([0-9]+)(?:[^0-9]|$)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Api api;
  private final String application;
  private final List<String> wrong = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final ArrayDeque<String> recent = new ArrayDeque<>();
  private @Nullable Visit visit;
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
   * @param wrong what contradicts the promise, the first few, each with the messages it was seen in
   * @param visits connections so far
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
    Visit next = new Visit();
    long after;
    synchronized (this) {
      if (visit != null) {
        return;
      }
      visit = next;
      after = seq;
    }
    String key = api.key();
    String base = api.base().toString().replaceFirst("^http", "ws");
    URI uri = URI.create(base + "/api/applications/" + application + "/logs?after=" + after);
    try {
      client
          .newWebSocketBuilder()
          .header("x-api-key", key == null ? "" : key)
          .connectTimeout(CONNECTS_WITHIN)
          .buildAsync(uri, next)
          .join();
    } catch (CompletionException down) {
      over(next);
    }
  }

  /** One connection. What it hands over counts only while it is the one that reads. */
  private final class Visit implements WebSocket.Listener {
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    @Override
    public void onOpen(WebSocket opened) {
      if (opened(this, opened)) {
        opened.request(1);
      } else {
        opened.abort();
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        message(this, partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      over(this);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      over(this);
    }
  }

  private synchronized boolean opened(Visit itself, WebSocket socket) {
    if (visit != itself) {
      return false;
    }
    itself.socket = socket;
    visits++;
    return true;
  }

  private synchronized void over(Visit itself) {
    if (visit == itself) {
      visit = null;
    }
  }

  private synchronized void message(Visit from, String text) {
    if (visit != from) {
      return;
    }
    if (recent.size() == RECENT) {
      recent.remove();
    }
    recent.add(text.substring(0, Math.min(SHOWN, text.length())));
    frame(Json.read(text));
  }

  private void frame(JsonNode frame) {
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
    if (wrong.size() < MOST_COMPLAINTS) {
      wrong.add("visit " + visits + ": " + what + ", the last of " + recent);
    }
  }

  /** Gone without a word, and back at the next {@link #keepReading}. */
  public synchronized void vanish() {
    WebSocket open = visit == null ? null : visit.socket;
    visit = null;
    if (open != null) {
      open.abort();
    }
  }

  @Override
  public void close() {
    vanish();
    client.close();
  }
}
