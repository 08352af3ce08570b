/**
 * The standard streams of programs, bounded and interruptible: what the real engine and its twin
 * both connect their programs to.
 */
@NullMarked
package dev.slipway.docker.streams;

import org.jspecify.annotations.NullMarked;
