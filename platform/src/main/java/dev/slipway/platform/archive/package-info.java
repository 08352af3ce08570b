/**
 * Archives of source that somebody sent. Nothing in them is believed: names, kinds, sizes and
 * counts are judged before a byte is written, and nothing is written outside the folder given.
 */
@NullMarked
package dev.slipway.platform.archive;

import org.jspecify.annotations.NullMarked;
