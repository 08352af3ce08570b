package dev.slipway.runtime.logs;

import dev.slipway.platform.bus.Json;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far each container's output has come into an application's stream: the moment of its last
 * stored line, and how many lines of that very moment are stored. Written together with the lines
 * themselves, so that a follower that resumes neither loses a line nor doubles one.
 *
 * <p>The caller's lock guards it: what is noted belongs to the line written just before.
 */
final class Positions {
  private static final int SHORT_ID = 12;

  private final Map<String, Mark> stored = new HashMap<>();
  private final Map<String, Mark> noted = new HashMap<>();
  private final ArrayDeque<Note> notes = new ArrayDeque<>();

  /**
   * A place in a container's output.
   *
   * @param nanos since 1970, of the last line
   * @param lines how many lines of that moment are counted already, from 1
   */
  record Mark(long nanos, int lines) {
    static final Mark NONE = new Mark(0, 0);
  }

  private record Text(Map<String, String> at) {}

  private record Note(long seq, String container, Mark mark) {}

  static Positions read(@Nullable String sourceAt) {
    Positions positions = new Positions();
    if (sourceAt != null) {
      Json.read(sourceAt, Text.class).at().forEach(positions::put);
    }
    return positions;
  }

  private void put(String container, String mark) {
    int colon = mark.indexOf(':');
    Mark read =
        new Mark(
            Long.parseLong(mark.substring(0, colon)), Integer.parseInt(mark.substring(colon + 1)));
    stored.put(container, read);
    noted.put(container, read);
  }

  /** Where a follower of this container resumes; null: at its beginning. */
  @Nullable Mark of(String container) {
    return stored.get(shortId(container));
  }

  /** The container's line of that moment became line {@code seq} of the stream. */
  void note(long seq, String container, long nanos) {
    String id = shortId(container);
    Mark before = noted.get(id);
    int lines = before != null && before.nanos() == nanos ? before.lines() + 1 : 1;
    Mark mark = new Mark(nanos, lines);
    noted.put(id, mark);
    notes.add(new Note(seq, id, mark));
  }

  /** The text to store with the batch that ends with {@code lastSeq}. */
  String storedUpTo(long lastSeq) {
    while (!notes.isEmpty() && notes.peek().seq() <= lastSeq) {
      Note note = notes.poll();
      stored.put(note.container(), note.mark());
    }
    Map<String, String> texts = new TreeMap<>();
    stored.forEach((id, mark) -> texts.put(id, mark.nanos() + ":" + mark.lines()));
    return Json.text(new Text(texts));
  }

  /** Forgets containers that are gone. */
  void keep(Set<String> containers) {
    Set<String> ids =
        containers.stream().map(Positions::shortId).collect(Collectors.toUnmodifiableSet());
    stored.keySet().retainAll(ids);
    noted.keySet().retainAll(ids);
  }

  private static String shortId(String container) {
    return container.substring(0, Math.min(SHORT_ID, container.length()));
  }
}
