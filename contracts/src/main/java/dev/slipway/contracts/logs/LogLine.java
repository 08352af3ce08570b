package dev.slipway.contracts.logs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a log.
 *
 * @param seq its place in the stream, from 1, without holes but for declared gaps
 * @param stream stdout, stderr or system (Slipway's own words)
 * @param step the step of the deployment it belongs to; null in an application's log
 * @param level info, warn or error, guessed where the source does not say
 */
public record LogLine(
    long seq, Instant at, String stream, @Nullable String step, String level, String line) {}
