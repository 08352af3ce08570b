/**
 * How a work tree becomes an image: looks at its files and the application's settings, and makes
 * one immutable {@link dev.slipway.builder.plan.BuildPlan}. Nothing here runs a command or asks the
 * network, so every decision is a plain test.
 */
@NullMarked
package dev.slipway.builder.plan;

import org.jspecify.annotations.NullMarked;
