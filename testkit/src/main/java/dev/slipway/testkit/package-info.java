/**
 * What the tests of one service and those of the whole platform run beside them. It knows nobody:
 * no class of the services, and no library.
 */
@NullMarked
package dev.slipway.testkit;

import org.jspecify.annotations.NullMarked;
