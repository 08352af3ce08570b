package dev.slipway.contracts.event;

import dev.slipway.contracts.bus.Bell;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What happened, in rows that a reader can resume from, and the bells that announce it. */
public final class Events {
  /** Work waits: a deployment was asked for, handed over or cancelled. */
  public static final Bell<Available> DEPLOYMENTS_AVAILABLE =
      new Bell<>("deployments.available", 1, Available.class);

  /** New rows stand in the event table. */
  public static final Bell<Event> PUBLISHED = new Bell<>("events.published", 1, Event.class);

  private Events() {}

  /** A reason to look for work. */
  public record Available(String deploymentId) {}

  /**
   * Something that happened.
   *
   * @param id order of happening; resume with it
   * @param type {@code deployment.changed}, {@code application.changed}, …
   * @param status the new status of its subject
   */
  public record Event(
      long id,
      String type,
      @Nullable String applicationId,
      @Nullable String deploymentId,
      @Nullable String status,
      Instant at) {}
}
