/** Waiting for backups. */
@org.jspecify.annotations.NullMarked
package dev.slipway.runtime.backup;
