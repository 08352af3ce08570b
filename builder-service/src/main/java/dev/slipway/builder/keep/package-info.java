/**
 * Room on this builder's host: whether a build may begin, and what is taken away to make room for
 * it or because nobody has needed it for long.
 */
@NullMarked
package dev.slipway.builder.keep;

import org.jspecify.annotations.NullMarked;
