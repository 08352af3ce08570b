@NullMarked
package dev.slipway.backup.dump;

import org.jspecify.annotations.NullMarked;
