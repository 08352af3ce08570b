package dev.slipway.runtime.logs;

import dev.slipway.docker.OutputKind;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the output of each container of this node has come into an application's stream. Written
 * together with the lines themselves, so that a follower that resumes neither loses a line nor
 * doubles one.
 *
 * <p>The caller's lock guards it: what is noted belongs to the line written just before.
 */
final class Positions {
  private static final int SHORT_ID = 12;
  private static final String STDERR = "!";
  private static final String ENDED = ".";

  private final Map<String, Mark> stored = new HashMap<>();
  private final Map<String, String> formerly;
  private final ArrayDeque<Note> notes = new ArrayDeque<>();
  private long upTo;
  private boolean unsaved;

  private record Note(long place, String key, Mark mark) {}

  /**
   * @param at what {@link #storedUpTo} told last
   * @param formerly as the version before noted it, with one mark for both pipes
   */
  Positions(Map<String, String> at, Map<String, String> formerly) {
    at.forEach((key, mark) -> stored.put(key, Mark.read(mark)));
    this.formerly = formerly;
  }

  /** The newest moment of a container that a writer noted in {@code at}; 0: none. */
  static Map<String, Long> unended(Map<String, String> at) {
    Map<String, Long> newest = new TreeMap<>();
    at.forEach((key, mark) -> newest.merge(container(key), Mark.read(mark).nanos(), Math::max));
    newest.keySet().removeIf(id -> at.containsKey(id + ENDED));
    return newest;
  }

  static String shortId(String container) {
    return container.substring(0, Math.min(SHORT_ID, container.length()));
  }

  private static String container(String key) {
    return key.endsWith(STDERR) || key.endsWith(ENDED) ? key.substring(0, key.length() - 1) : key;
  }

  static String key(String container, OutputKind pipe) {
    return pipe == OutputKind.STDERR ? shortId(container) + STDERR : shortId(container);
  }

  /** Where a follower of this pipe resumes. */
  Mark of(String container, OutputKind pipe) {
    String id = shortId(container);
    if (stored.containsKey(id) || stored.containsKey(id + STDERR)) {
      return stored.getOrDefault(key(container, pipe), Mark.NONE);
    }
    @Nullable String both = formerly.get(id);
    return both == null ? Mark.NONE : Mark.read(both);
  }

  /** This container was read to its end. */
  boolean ended(String container) {
    return stored.containsKey(shortId(container) + ENDED);
  }

  /** The pipe had come to this mark when the stream's line of that place was written. */
  void note(long place, String key, Mark mark) {
    notes.add(new Note(place, key, mark));
  }

  void noteEnd(long place, String container) {
    note(place, shortId(container) + ENDED, Mark.NONE);
    unsaved = true;
  }

  /** What to store with the batch that ends with the line of that place. */
  Map<String, String> storedUpTo(long place) {
    upTo = place;
    unsaved = false;
    return now();
  }

  /** The last batch's place, with which what {@link #now} tells is true. */
  long upTo() {
    return upTo;
  }

  /** Whether something changed that no batch has carried. */
  boolean unsaved() {
    return unsaved;
  }

  void saved(boolean done) {
    unsaved = !done;
  }

  /** The same as the last batch carried, and what was noted since without a new line. */
  Map<String, String> now() {
    while (!notes.isEmpty() && notes.peek().place() <= upTo) {
      Note note = notes.poll();
      stored.put(note.key(), note.mark());
    }
    Map<String, String> texts = new TreeMap<>();
    stored.forEach((key, mark) -> texts.put(key, mark.text()));
    return texts;
  }

  /** Containers that are gone and were not read to their end, with their last moment. */
  Map<String, Long> unread(Set<String> present) {
    Map<String, Long> gone = unended(now());
    present.forEach(id -> gone.remove(shortId(id)));
    return gone;
  }

  /** Forgets containers that are gone. */
  void keep(Set<String> present) {
    Set<String> ids = new HashSet<>();
    present.forEach(id -> ids.add(shortId(id)));
    unsaved |= stored.keySet().removeIf(key -> !ids.contains(container(key)));
  }
}
