/**
 * Destinations as others use them through this service: tried, read in parts, and given dumps that
 * somebody sends.
 */
@NullMarked
package dev.slipway.backup.content;

import org.jspecify.annotations.NullMarked;
