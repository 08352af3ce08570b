/**
 * The engines' own tools, run next to the data: what takes a dump, what puts it back, what counts
 * what is there. A dump counts only when every stage of it has told a good end.
 */
@NullMarked
package dev.slipway.backup.dump;

import org.jspecify.annotations.NullMarked;
