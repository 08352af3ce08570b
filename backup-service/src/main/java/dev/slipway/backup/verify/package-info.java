/**
 * The proof of a backup: what lies at the destination is read back, put into a scratch server of
 * the same version, and compared with the manifest.
 */
@NullMarked
package dev.slipway.backup.verify;

import org.jspecify.annotations.NullMarked;
