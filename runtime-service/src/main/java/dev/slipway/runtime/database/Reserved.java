package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.store.DatabaseServerStore.Server;
import org.jspecify.annotations.Nullable;

/**
 * What the later steps of work on a database know; without its password.
 *
 * @param before the database as the work found it
 * @param server the one this work is about: of a replacement the new one
 * @param former of a replacement the one that serves meanwhile; null otherwise
 * @param formerImage what that one runs; of a change what runs before it; null otherwise
 * @param config how the server shall run
 * @param filled a restore puts the data in before anybody uses it
 */
record Reserved(
    ProjectDatabase before,
    Server server,
    @Nullable Server former,
    @Nullable String formerImage,
    DatabaseConfig config,
    boolean filled) {}
