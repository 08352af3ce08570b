/**
 * The audit log as it is chained, signed and verified: the same code where rows are written and
 * where somebody else checks an export, far from the platform.
 */
@NullMarked
package dev.slipway.contracts.audit;

import org.jspecify.annotations.NullMarked;
