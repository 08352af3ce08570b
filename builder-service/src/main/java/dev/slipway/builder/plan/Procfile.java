package dev.slipway.builder.plan;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Heroku's way to say what runs: {@code web: command}. */
final class Procfile {
  private static final Pattern WEB = Pattern.compile("(?m)^web\\s*:\\s*(.+?)\\s*$");

  private Procfile() {}

  static @Nullable String web(SourceTree tree) {
    var found = WEB.matcher(tree.read("Procfile"));
    return found.find() ? found.group(1) : null;
  }
}
