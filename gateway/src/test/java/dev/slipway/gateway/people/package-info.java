@NullMarked
package dev.slipway.gateway.people;

import org.jspecify.annotations.NullMarked;
