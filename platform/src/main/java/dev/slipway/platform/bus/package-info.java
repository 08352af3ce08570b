/**
 * The typed event bus: questions with an answer ({@code Ask}) and bells that only wake ({@code
 * Bell}). This is the one package that touches Vert.x' EventBus; nothing durable ever depends on
 * it.
 */
@NullMarked
package dev.slipway.platform.bus;

import org.jspecify.annotations.NullMarked;
