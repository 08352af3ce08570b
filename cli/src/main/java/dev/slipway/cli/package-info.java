/**
 * The commands of {@code ./slipway}, over the API that anybody may use. They print what a person
 * wants to know; scripts ask for {@code --format json}.
 */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
