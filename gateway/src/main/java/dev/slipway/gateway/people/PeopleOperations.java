package dev.slipway.gateway.people;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Api;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.SignInLimits;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The operations on people and their sessions, and what answers each. */
public final class PeopleOperations {
  private final Stores stores;
  private final Changes changes;
  private final Database database;
  private final @Nullable OidcConfig oidc;

  public PeopleOperations(
      Stores stores, Changes changes, Database database, @Nullable OidcConfig oidc) {
    this.stores = stores;
    this.changes = changes;
    this.database = database;
    this.oidc = oidc;
  }

  /** Offers them all. */
  public void offer(Api api) {
    Passwords passwords = new Passwords(database.vertx());
    SignInGuard guard = new SignInGuard(new SignInLimits(database));
    Setup setup = new Setup(stores, changes, passwords, oidc != null);
    SecondFactors factors =
        new SecondFactors(stores, changes, passwords, guard, InstantSource.system());
    Sessions sessions = new Sessions(stores, changes, passwords, guard, factors);
    ExternalSignIns external =
        new ExternalSignIns(
            stores,
            changes,
            guard,
            sessions,
            new BoundedThreads(database.vertx(), "external-sign-ins"),
            oidc);
    Users users = new Users(stores, changes, passwords, guard);
    Invitations invitations = new Invitations(stores, changes, passwords, guard, sessions);
    api.offer("getSetup", setup::get)
        .offer("createSetup", setup::create)
        .offer("createSession", sessions::create)
        .offer("getSession", sessions::get)
        .offer("deleteSession", sessions::deleteOwn)
        .offer("beginExternalSignIn", external::begin)
        .offer("endExternalSignIn", external::callback)
        .offer("listSessions", sessions::list)
        .offer("endSession", sessions::delete)
        .offer("changePassword", users::changePassword)
        .offer("resetPassword", users::resetPassword)
        .offer("beginSecondFactor", factors::begin)
        .offer("confirmSecondFactor", factors::confirm)
        .offer("removeSecondFactor", factors::remove)
        .offer("removeSecondFactorOf", factors::removeOf)
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
