/** Tests of how destinations are tried, read and given dumps. */
@NullMarked
package dev.slipway.backup.content;

import org.jspecify.annotations.NullMarked;
