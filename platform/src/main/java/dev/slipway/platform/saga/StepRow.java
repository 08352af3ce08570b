package dev.slipway.platform.saga;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a saga's journal.
 *
 * @param status {@code running}, {@code done}, {@code failed}, {@code undone} or {@code cancelled}
 */
public record StepRow(
    String kind,
    String name,
    String status,
    int attempt,
    @Nullable StepFailure failure,
    Instant startedAt,
    @Nullable Instant endedAt) {}
