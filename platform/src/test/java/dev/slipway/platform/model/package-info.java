/**
 * Histories of many clients, checked against a model that does one thing after the other: is there
 * an order that explains every answer?
 */
@NullMarked
package dev.slipway.platform.model;

import org.jspecify.annotations.NullMarked;
