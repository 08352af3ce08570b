/** Who is calling, and what for. Keys are random and only their hashes are kept. */
@NullMarked
package dev.slipway.gateway.auth;

import org.jspecify.annotations.NullMarked;
