package dev.slipway.e2e.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Chance that can be repeated: what a promise draws comes from one seed, which it tells. {@code
 * -Dslipway.seed=N} draws the same again, {@code -Dslipway.soak=true} asks for more.
 */
public final class Plan {
  private final long seed;
  private final Random random;

  private Plan(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** A plan of a promise, whose seed is printed at once: a run that hangs has told it too. */
  public static Plan of(String promise) {
    String given = System.getProperty("slipway.seed");
    Plan plan = new Plan(given == null ? new Random().nextInt(1_000_000) : Long.parseLong(given));
    System.out.println("promise " + promise + ": seed " + plan.seed);
    return plan;
  }

  /** True for {@code ./slipway test --soak}. */
  public static boolean soak() {
    return Boolean.getBoolean("slipway.soak");
  }

  /** So many rounds by default, and so many in a soak. */
  public static int rounds(int usual, int soak) {
    return soak() ? soak : usual;
  }

  public long seed() {
    return seed;
  }

  /** One of them, each as likely as the others. */
  public <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** So many of them, in an order of chance; each comes once before any comes again. */
  public <T> List<T> draw(List<T> all, int count) {
    List<T> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      List<T> shuffled = new ArrayList<>(all);
      Collections.shuffle(shuffled, random);
      drawn.addAll(shuffled);
    }
    return drawn.subList(0, count);
  }

  /** A moment from now up to a limit. */
  public Duration within(Duration limit) {
    return Duration.ofMillis(random.nextLong(limit.toMillis() + 1));
  }
}
