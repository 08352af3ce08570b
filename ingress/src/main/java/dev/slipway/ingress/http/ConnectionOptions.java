package dev.slipway.ingress.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a message's Connection headers say about this hop, and which other fields they take along.
 */
final class ConnectionOptions {
  boolean close;
  boolean keepAlive;
  boolean upgrade;
  private List<String> nominated = List.of();

  void add(Head head, int field) {
    if (head.valueIs(field, "keep-alive")) {
      keepAlive = true;
    } else if (head.valueIs(field, "close")) {
      close = true;
    } else {
      for (String option : head.value(field).split(",")) {
        add(option.strip().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void add(String option) {
    switch (option) {
      case "" -> {}
      case "close" -> close = true;
      case "keep-alive" -> keepAlive = true;
      case "upgrade" -> upgrade = true;
      default -> nominate(option);
    }
  }

  private void nominate(String option) {
    if (nominated.isEmpty()) {
      nominated = new ArrayList<>(2);
    }
    nominated.add(option);
  }

  /** Whether this field was named as meant for this hop only. */
  boolean drops(Head head, int field) {
    for (String name : nominated) {
      if (head.sameName(field, name)) {
        return true;
      }
    }
    return false;
  }
}
