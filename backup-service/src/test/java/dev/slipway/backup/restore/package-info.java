@NullMarked
package dev.slipway.backup.restore;

import org.jspecify.annotations.NullMarked;
