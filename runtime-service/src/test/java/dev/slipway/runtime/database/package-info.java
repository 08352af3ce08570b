/** What is promised of databases whatever happens between any two lines. */
@NullMarked
package dev.slipway.runtime.database;

import org.jspecify.annotations.NullMarked;
