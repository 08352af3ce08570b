package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Figures that a green tick would hide: what a promise's tests did and counted. Kept in {@code
 * e2e/target/promises/<promise>.txt}, one sentence a line, until another run tells the same
 * promise; {@code ./slipway test} prints all of them at its end, {@code ./slipway promises} writes
 * them into docs/promises.md.
 */
public final class PromiseReport {
  private static final Pattern PROMISE = Pattern.compile("T[0-9]{1,2}");
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  /** Whoever started this run has removed what another one told, and runs more than one JVM. */
  private static final boolean ADDS = Boolean.getBoolean("slipway.promises.add");

  private PromiseReport() {}

  /**
   * Tells what one test of a promise has seen; call it before the assertions, so that a failure's
   * figures are kept too.
   *
   * @param promise its number in docs/promises.md, as {@code T4}
   * @param sentence one line: what was done how often, and what was counted
   */
  public static synchronized void tell(String promise, String sentence) {
    if (!PROMISE.matcher(promise).matches()) {
      throw new IllegalArgumentException("no promise has the number '" + promise + "'");
    }
    String line = sentence.strip().replaceAll("\\s+", " ");
    System.out.println("promise " + promise + ": " + line);
    System.out.flush();
    try {
      Path folder = Files.createDirectories(SlipwayHost.home().resolve("e2e/target/promises"));
      Path file = folder.resolve(promise + ".txt");
      if (TOLD.add(promise) && !ADDS) {
        // what another run told counts no more
        Files.deleteIfExists(file);
      }
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
