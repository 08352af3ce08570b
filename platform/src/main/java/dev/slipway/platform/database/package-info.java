/**
 * What is known of database servers before any runs: their images and how each is started. Whoever
 * runs one, for an application or as a scratch server, does it by these facts.
 */
@NullMarked
package dev.slipway.platform.database;

import org.jspecify.annotations.NullMarked;
