package dev.slipway.contracts.backup;

/** The work of taking a backup, or of proving one again: a saga's input. */
public record BackupOrder(BackupId backupId) {}
