package dev.slipway.contracts.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When backups are taken and how long they are kept.
 *
 * @param name unique for its subject
 * @param cron five fields as crontab(5) has them; null: before each deployment of {@code
 *     applicationId}
 * @param timeZone an IANA name, in which {@code cron} is read
 * @param applicationId whose deployments wait for a backup; null with {@code cron}
 * @param keepDays backups older than this are removed, 1 to 3650; null: never by age
 * @param keepCount more than this many are removed, the oldest first, 1 to 10000; null: never by
 *     count. The newest verified one is never removed
 * @param encrypted under the installation's backup key before it leaves the host
 * @param pauseApplication stop the application while its volume is read
 * @param nextRunAt when it is due next; null before deployments and while disabled
 * @param lastRunAt when a backup was last asked for
 */
public record BackupSchedule(
    String id,
    String name,
    BackupSubject subject,
    String destinationId,
    @Nullable String cron,
    String timeZone,
    @Nullable String applicationId,
    @Nullable Integer keepDays,
    @Nullable Integer keepCount,
    boolean encrypted,
    boolean pauseApplication,
    boolean enabled,
    @Nullable Instant nextRunAt,
    @Nullable Instant lastRunAt,
    long etag,
    Instant createdAt,
    Instant updatedAt) {}
