/**
 * The build saga and the service that runs it. It turns plans into images within limits, and every
 * failure into a code, a remedy and the tail of the log.
 */
@NullMarked
package dev.slipway.builder.run;

import org.jspecify.annotations.NullMarked;
