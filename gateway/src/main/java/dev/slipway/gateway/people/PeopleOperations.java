package dev.slipway.gateway.people;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.SignInLimits;

/** The operations on people and their sessions, and what answers each. */
public final class PeopleOperations {
  private final Stores stores;
  private final Changes changes;
  private final Database database;

  public PeopleOperations(Stores stores, Changes changes, Database database) {
    this.stores = stores;
    this.changes = changes;
    this.database = database;
  }

  /** Offers them all. */
  public void offer(Api api) {
    Passwords passwords = new Passwords(database.vertx());
    SignInGuard guard = new SignInGuard(new SignInLimits(database));
    Setup setup = new Setup(stores, changes, passwords);
    Sessions sessions = new Sessions(stores, changes, passwords, guard);
    Users users = new Users(stores, changes, passwords, guard);
    Invitations invitations = new Invitations(stores, changes, passwords, guard, sessions);
    api.offer("getSetup", setup::get)
        .offer("createSetup", setup::create)
        .offer("createSession", sessions::create)
        .offer("getSession", sessions::get)
        .offer("deleteSession", sessions::deleteOwn)
        .offer("listSessions", sessions::list)
        .offer("endSession", sessions::delete)
        .offer("changePassword", users::changePassword)
        .offer("resetPassword", users::resetPassword)
        .offer("listUsers", users::list)
        .offer("getUser", users::get)
        .offer("updateUser", users::setRole)
        .offer("deleteUser", users::delete)
        .offer("listInvitations", invitations::list)
        .offer("createInvitation", invitations::create)
        .offer("deleteInvitation", invitations::delete)
        .offer("acceptInvitation", invitations::accept);
  }
}
