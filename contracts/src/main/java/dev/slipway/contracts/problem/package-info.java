/** Failures a person can act on. Every one carries a code for programs and a remedy for people. */
@NullMarked
package dev.slipway.contracts.problem;

import org.jspecify.annotations.NullMarked;
