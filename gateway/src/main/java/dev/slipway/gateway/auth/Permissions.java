package dev.slipway.gateway.auth;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.OrganizationStore.Place;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a caller may do, for every operation in the same way: the contract says which scope
 * it needs and what it is about; where that is, the caller's roles and the scopes of his key say
 * what he may do there. What he may not even see is not there for him (404); what he may see and
 * not do is refused (403).
 */
public final class Permissions {
  private final OrganizationStore organizations;

  public Permissions(OrganizationStore organizations) {
    this.organizations = organizations;
  }

  /**
   * What is asked for.
   *
   * @param by who alone may ask
   */
  public record Wish(Scope scope, Subject subject, By by) {}

  /** The caller as the operation gets him, as far as its path tells what it is about. */
  public Future<Caller> judged(Caller caller, Wish wish, Map<String, String> path) {
    Caller anywhere = required(caller.anywhere(), wish.scope());
    wish.by().require(caller);
    String id = path.get("id");
    if (caller.isInstallation()) {
      return Future.succeededFuture(caller);
    }
    return switch (wish.subject()) {
      case LIST, SELF -> Future.succeededFuture(anywhere);
      case INSTALLATION -> Future.succeededFuture(at(caller, wish, Place.ORGANIZATION));
      case ORGANIZATION -> Future.succeededFuture(anywhere); // its body tells more
      case PROJECT ->
          id == null
              ? Future.succeededFuture(anywhere)
              : inside(caller, wish, "project", id, organizations::ofProject);
      case APPLICATION ->
          inside(caller, wish, "application", String.valueOf(id), organizations::ofApplication);
      case DEPLOYMENT ->
          inside(caller, wish, "deployment", String.valueOf(id), organizations::ofDeployment);
      case DATABASE ->
          inside(caller, wish, "database", String.valueOf(id), organizations::ofDatabase);
    };
  }

  /**
   * The caller as the operation gets him, where only its body tells what it is about.
   *
   * @param projectId as the body names it; null: it names none
   */
  public Future<Caller> judged(
      Caller caller, Wish wish, Map<String, String> path, @Nullable String projectId) {
    boolean open =
        wish.subject() == Subject.ORGANIZATION
            || (wish.subject() == Subject.PROJECT && path.get("id") == null);
    if (!open || caller.isInstallation()) {
      return Future.succeededFuture(caller);
    }
    if (projectId != null) {
      return inside(caller, wish, "project", projectId, organizations::ofProject);
    }
    return wish.subject() == Subject.ORGANIZATION
        ? Future.succeededFuture(at(caller, wish, Place.ORGANIZATION))
        : organizations.ofDefaultProject().map(place -> at(caller, wish, place));
  }

  private static Future<Caller> inside(
      Caller caller,
      Wish wish,
      String kind,
      String id,
      Function<String, Future<Optional<Place>>> look) {
    return look.apply(id)
        .map(found ->
            found
                .filter(caller::sees)
                .map(place -> at(caller, wish, place))
                .orElseThrow(() -> Problem.notFound(kind, id)));
  }

  private static Caller at(Caller caller, Wish wish, Place place) {
    return required(caller.at(place), wish.scope());
  }

  private static Caller required(Caller caller, Scope scope) {
    if (!caller.may(scope)) {
      throw Refusals.forbidden(caller, scope, "This");
    }
    return caller;
  }
}
