/** Backups on their way back: into a server that is being filled, or one that may be replaced. */
@NullMarked
package dev.slipway.backup.restore;

import org.jspecify.annotations.NullMarked;
