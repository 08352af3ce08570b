/**
 * Image to running, healthy and routed. The service writes down what it does as it goes, so that
 * any other instance can take over between any two lines.
 */
@NullMarked
package dev.slipway.runtime;

import org.jspecify.annotations.NullMarked;
