package dev.slipway.builder.source;

/** Hears what a fetch or checkout has to say, one line at a time, free of credentials. */
@FunctionalInterface
public interface SourceListener {
  /** Listens to nothing. */
  SourceListener NONE = line -> {};

  /** One line for the deployment's log. */
  void line(String line);
}
