/** What the promises are judged with is judged here. */
@NullMarked
package dev.slipway.e2e.house;

import org.jspecify.annotations.NullMarked;
