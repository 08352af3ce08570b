/** Which backups go, and that they are gone. */
@NullMarked
package dev.slipway.backup.retention;

import org.jspecify.annotations.NullMarked;
