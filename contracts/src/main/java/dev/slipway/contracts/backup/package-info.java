/**
 * Backups: what was taken of a database, a volume or the platform itself, where it lies, and
 * whether it was proven to restore.
 */
@NullMarked
package dev.slipway.contracts.backup;

import org.jspecify.annotations.NullMarked;
