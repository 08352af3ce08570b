package dev.slipway.runtime.database;

import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.runtime.service.ProjectNetworks;
import dev.slipway.store.DatabaseServerStore.Server;

/** Puts together how a server shall run; the password is looked up each time, and kept nowhere. */
final class Forms {
  private final DatabaseStores stores;
  private final ProjectNetworks networks;

  Forms(DatabaseParts parts) {
    this.stores = parts.stores();
    this.networks = new ProjectNetworks(parts.base());
  }

  /**
   * A form.
   *
   * @param open for applications; otherwise only who knows the server's own name finds it
   */
  Form of(
      ProjectDatabase database, Server server, String image, DatabaseConfig config, boolean open) {
    Project project = stores.projects().get(database.projectId()).await();
    return new Form(
        database.id(),
        database.name(),
        database.engine(),
        server,
        image,
        config,
        stores.rows().access(database.id()).await(),
        networks.of(project.id().value(), project.name()),
        open);
  }

  /** The server of a work, as it shall be in the end. */
  Form wanted(Reserved reserved) {
    return of(
        reserved.before(), reserved.server(), reserved.server().image(), reserved.config(), true);
  }

  /** The server of a work while it is filled. */
  Form hidden(Reserved reserved) {
    return of(
        reserved.before(), reserved.server(), reserved.server().image(), reserved.config(), false);
  }
}
