package dev.slipway.gateway.auth;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.OrganizationStore.Place;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what a caller may do, for every operation in the same way: the contract says which scope
 * it needs and what it is about; where that is, the caller's roles and the scopes of his key say
 * what he may do there. What he may not even see is not there for him (404); what he may see and
 * not do is refused (403).
 */
public final class Permissions {
  private static final Map<String, String> NAMED =
      Map.of(
          "databaseId", "database",
          "applicationId", "application",
          "backupId", "backup",
          "projectId", "project");

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
      case LIST, SELF, NAMED -> Future.succeededFuture(anywhere); // NAMED: its body tells more
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
      case BACKUP -> inside(caller, wish, "backup", String.valueOf(id), organizations::ofBackup);
      case SCHEDULE ->
          inside(caller, wish, "backup schedule", String.valueOf(id), organizations::ofSchedule);
      case RESTORE -> inside(caller, wish, "restore", String.valueOf(id), organizations::ofRestore);
    };
  }

  /**
   * The caller as the operation gets him, where only its body tells what it is about.
   *
   * @param told the body's fields, and those of the query
   */
  public Future<Caller> judged(
      Caller caller, Wish wish, Map<String, String> path, JsonObject told) {
    if (wish.subject() == Subject.NAMED && !caller.isInstallation()) {
      return named(caller, wish, told);
    }
    String projectId = told.getString("projectId");
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

  /** He must be allowed it at every place that is named; what he may do is what he may at all. */
  private Future<Caller> named(Caller caller, Wish wish, JsonObject told) {
    JsonObject into = told.getJsonObject("into");
    JsonObject all = into == null ? told : told.copy().mergeIn(into);
    List<Future<Caller>> judged = new ArrayList<>();
    NAMED.forEach((field, kind) -> {
      String id = all.getString(field);
      if (id != null) {
        judged.add(inside(caller, wish, kind, id, place -> placeOf(kind, place)));
      }
    });
    if (Boolean.TRUE.equals(all.getBoolean("platform"))) {
      judged.add(Future.succeededFuture(Place.ORGANIZATION).map(place -> at(caller, wish, place)));
    }
    boolean homeless = into != null && into.getString("projectId") == null;
    if (judged.isEmpty() || homeless) {
      judged.add(organizations.ofDefaultProject().map(place -> at(caller, wish, place)));
    }
    return Future.all(judged).map(every -> judged.getLast().result());
  }

  private Future<Optional<Place>> placeOf(String kind, String id) {
    return switch (kind) {
      case "database" -> organizations.ofDatabase(id);
      case "application" -> organizations.ofApplication(id);
      case "backup" -> organizations.ofBackup(id);
      default -> organizations.ofProject(id);
    };
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
