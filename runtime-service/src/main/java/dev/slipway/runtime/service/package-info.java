/**
 * A release as the engine sees it: how its service is called and built, which replicas of it run,
 * where they answer and whether they are well.
 */
@NullMarked
package dev.slipway.runtime.service;

import org.jspecify.annotations.NullMarked;
