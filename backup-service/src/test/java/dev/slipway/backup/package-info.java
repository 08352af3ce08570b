/** Tests of what a backup service does besides taking backups. */
@NullMarked
package dev.slipway.backup;

import org.jspecify.annotations.NullMarked;
