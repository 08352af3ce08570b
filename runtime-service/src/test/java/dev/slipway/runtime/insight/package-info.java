@NullMarked
package dev.slipway.runtime.insight;

import org.jspecify.annotations.NullMarked;
