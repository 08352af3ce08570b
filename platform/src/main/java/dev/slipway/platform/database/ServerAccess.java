package dev.slipway.platform.database;

import dev.slipway.platform.config.Secret;

/**
 * Who may enter a database server, and where to.
 *
 * @param user who applications connect as; it may do everything inside its server
 * @param database the database's name in the server; ignored by engines that count theirs
 */
public record ServerAccess(String user, Secret password, String database) {}
