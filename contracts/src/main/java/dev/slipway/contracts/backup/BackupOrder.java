package dev.slipway.contracts.backup;

/**
 * The work of taking a backup, or of proving one again: a saga's input.
 *
 * @param pauseApplication the containers that mount the volume stand still while it is read
 */
public record BackupOrder(BackupId backupId, boolean pauseApplication) {}
