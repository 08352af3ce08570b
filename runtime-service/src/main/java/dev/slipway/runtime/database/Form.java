package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.store.DatabaseServerStore.Server;

/**
 * How a server shall run.
 *
 * @param name the database's
 * @param network of its project
 * @param image an image that its node has or can fetch
 * @param open applications find it under the database's name, and its external port leads to it
 */
record Form(
    DatabaseId id,
    String name,
    DatabaseEngine engine,
    Server server,
    String image,
    DatabaseConfig config,
    ServerAccess access,
    String network,
    boolean open) {}
