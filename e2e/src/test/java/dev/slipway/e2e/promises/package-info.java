/**
 * The promises of docs/promises.md that need several hosts, several processes or a load: each test
 * tells what it did and counted.
 */
@NullMarked
package dev.slipway.e2e.promises;

import org.jspecify.annotations.NullMarked;
