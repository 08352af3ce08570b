package dev.slipway.contracts.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody must look at; raised once, cleared when its cause is gone.
 *
 * @param code stable, for programs: {@code backup_overdue}, {@code backup_failed}, {@code
 *     destination_unreachable}
 * @param about what it is about: {@code database:db_…}, {@code schedule:…}, {@code destination:…}
 * @param clearedAt null while its cause is there
 */
public record Alarm(
    String id,
    String code,
    String about,
    String detail,
    String remedy,
    Instant raisedAt,
    @Nullable Instant clearedAt) {}
