/**
 * The deploy saga: takes a release from "wanted" to "serving" without dropping a request. Every
 * step may run twice and be killed between any two lines.
 */
@NullMarked
package dev.slipway.runtime.deploy;

import org.jspecify.annotations.NullMarked;
