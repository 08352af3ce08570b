/** The sagas that take backups and prove them, and what they work with. */
@NullMarked
package dev.slipway.backup.run;

import org.jspecify.annotations.NullMarked;
