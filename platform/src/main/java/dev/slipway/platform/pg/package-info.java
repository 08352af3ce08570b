/**
 * PostgreSQL, the only truth: a pool whose queries read well, LISTEN with reconnect, migrations,
 * and the embedded server. Only this package, {@code saga}, {@code lease} and the store module see
 * the SQL client.
 */
@NullMarked
package dev.slipway.platform.pg;

import org.jspecify.annotations.NullMarked;
