package dev.slipway.contracts.database;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.deployment.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A database of a project as it stands; without its password.
 *
 * @param name unique in the installation and among the applications, {@code [a-z0-9-]}, 1 to 40
 *     characters: its host name inside the project
 * @param version of the server, as its owner asked for it
 * @param user who applications connect as
 * @param database the name of the database inside the server; {@code 0} where they are counted
 * @param external somebody else runs it: it can be backed up and referred to, not started
 * @param generation which of its servers serves, counted from 1: an upgrade and a restore in place
 *     fill a new one beside it and switch
 * @param stopped its owner wants it stopped
 * @param nodeId where its data lies; null before it was placed, and for an external one
 * @param failure why the last work on it failed; null when it did not
 * @param etag counts its changes
 */
public record ProjectDatabase(
    DatabaseId id,
    String name,
    ProjectId projectId,
    DatabaseEngine engine,
    String version,
    DatabaseConfig config,
    String user,
    String database,
    boolean external,
    int generation,
    DatabaseStatus status,
    boolean stopped,
    @Nullable String nodeId,
    @Nullable Failure failure,
    long etag,
    Instant createdAt,
    Instant updatedAt) {}
