/**
 * Where backups lie, when they are taken, what became of each, and what asks for them and puts them
 * back. Rows are written here; destinations are opened by backup services alone.
 */
@NullMarked
package dev.slipway.gateway.backup;

import org.jspecify.annotations.NullMarked;
