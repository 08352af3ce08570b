package dev.slipway.contracts.backup;

/**
 * The work of putting a backup into a server or a volume: a saga's input.
 *
 * @param force also where something is already; without it that is refused
 */
public record RestoreOrder(String restoreId, boolean force) {}
