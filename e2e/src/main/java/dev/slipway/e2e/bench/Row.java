package dev.slipway.e2e.bench;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the budget table.
 *
 * @param ratio ours in parts of the yardstick; null where the goal is a figure by itself
 * @param met null where there is no goal, only a figure
 * @param figures everything measured, for the results file
 */
record Row(
    String what,
    String ours,
    String yardstick,
    @Nullable Double ratio,
    String goal,
    @Nullable Boolean met,
    Map<String, ?> figures) {

  /** Ours must be at most {@code most} times the yardstick. */
  static Row atMost(
      String what, String unit, double ours, String yardstickName, double yardstick, double most) {
    double ratio = ours / yardstick;
    return new Row(
        what,
        number(ours) + " " + unit,
        number(yardstick) + " " + unit + " " + yardstickName,
        ratio,
        "<= " + number(most) + " x",
        ratio <= most,
        Map.of("ours", ours, "yardstick", yardstick));
  }

  /** Ours must be at least {@code least} times the yardstick. */
  static Row atLeast(
      String what, String unit, double ours, String yardstickName, double yardstick, double least) {
    double ratio = ours / yardstick;
    return new Row(
        what,
        number(ours) + " " + unit,
        number(yardstick) + " " + unit + " " + yardstickName,
        ratio,
        ">= " + number(least) + " x",
        ratio >= least,
        Map.of("ours", ours, "yardstick", yardstick));
  }

  /** A figure with a goal and no yardstick. */
  static Row figure(String what, String unit, double ours, String goal, boolean met) {
    return new Row(what, number(ours) + " " + unit, "", null, goal, met, Map.of("ours", ours));
  }

  Row with(Map<String, ?> more) {
    Map<String, Object> all = new java.util.TreeMap<>(figures);
    all.putAll(more);
    return new Row(what, ours, yardstick, ratio, goal, met, all);
  }

  /** Three digits that matter, never an exponent. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%-52s %-22s %-44s %-8s %-18s %s",
        what,
        ours,
        yardstick,
        ratio == null ? "" : String.format(Locale.ROOT, "%.2f x", ratio),
        goal,
        met == null ? "" : met ? "met" : "MISSED");
  }
}
