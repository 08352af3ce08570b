@NullMarked
package dev.slipway.backup.run;

import org.jspecify.annotations.NullMarked;
