package dev.slipway.e2e.bench;

import java.util.Arrays;
import java.util.List;

/** Medians and percentiles. */
final class Figures {
  private Figures() {}

  static double median(List<Double> values) {
    return percentile(values, 50);
  }

  /** The nearest value from above; with two values in the middle, the mean of both. */
  static double percentile(List<Double> values, double percent) {
    if (values.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (percent == 50 && sorted.length % 2 == 0) {
      return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }
    int index = (int) Math.ceil(percent / 100 * sorted.length) - 1;
    return sorted[Math.clamp(index, 0, sorted.length - 1)];
  }

  static String list(List<Double> values) {
    return Arrays.toString(values.stream().map(Row::number).toArray());
  }

  static double seconds(long nanos) {
    return nanos / 1e9;
  }

  static double millis(long nanos) {
    return nanos / 1e6;
  }
}
