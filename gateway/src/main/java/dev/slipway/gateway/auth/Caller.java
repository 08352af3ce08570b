package dev.slipway.gateway.auth;

import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.Role;
import dev.slipway.store.OrganizationStore.Place;
import dev.slipway.store.Visible;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling. An endpoint gets it narrowed to the place that the call is about: its scopes are
 * what the caller may do there.
 *
 * @param id of the key or of the person; empty when nobody needs to be known
 * @param name as it stands in audit rows and deployments
 * @param scopes what the caller may do
 * @param person null: the installation itself, or anybody
 * @param onlyProject a key of one project; null: wherever its holder may
 */
public record Caller(
    String id,
    String name,
    Set<String> scopes,
    @Nullable Person person,
    @Nullable String onlyProject) {
  /** Somebody who calls what anybody may call. */
  public static final Caller ANYBODY = new Caller("", "anybody", Set.of());

  private static final Set<String> ALL =
      Set.copyOf(List.of(Scope.values()).stream().map(Scope::wire).toList());

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** A key of the installation. */
  public Caller(String id, String name, Set<String> scopes) {
    this(id, name, scopes, null, null);
  }

  /**
   * Somebody who is known by name.
   *
   * @param sessionId null: he shows a key of his, not a session
   * @param memberships his roles at this moment
   */
  public record Person(
      String userId, String email, @Nullable String sessionId, List<Membership> memberships) {}

  /** A key of the installation; one for administration may do everything. */
  static Caller ofInstallation(
      String id, String name, Set<String> scopes, @Nullable String onlyProject) {
    boolean whole = scopes.contains(Scope.ADMIN.wire()) && onlyProject == null;
    return new Caller(id, name, whole ? ALL : scopes, null, onlyProject);
  }

  /** A person by his session. */
  static Caller signedIn(Person person) {
    return new Caller(person.userId(), person.email(), ALL, person, null);
  }

  /** Whether the caller may do what needs that scope. */
  public boolean may(Scope scope) {
    return scope.coveredBy(scopes);
  }

  /** Whether no role limits him, only the scopes of his key. */
  public boolean isInstallation() {
    return person == null && onlyProject == null;
  }

  /** The person's id; null when it is none. */
  public @Nullable String userId() {
    return person == null ? null : person.userId();
  }

  /**
   * Whose things of his own he may see: everybody's (null) for the installation's keys, nobody's
   * (empty) for what belongs to no person.
   */
  public @Nullable String ownOnly() {
    if (isInstallation()) {
      return null;
    }
    return person == null ? "" : person.userId();
  }

  /** The caller with what he may do there, which may be nothing. */
  public Caller at(Place place) {
    if (onlyProject != null && !onlyProject.equals(place.projectId())) {
      return with(Set.of());
    }
    return person == null ? this : limited(rolesAt(person, place));
  }

  /** Whether what is there exists for the caller. */
  public boolean sees(Place place) {
    return at(place).may(Scope.READ);
  }

  /** The caller with what he may do somewhere. */
  public Caller anywhere() {
    return person == null
        ? this
        : limited(person.memberships().stream().map(Membership::role).toList());
  }

  private static List<Role> rolesAt(Person person, Place place) {
    return person.memberships().stream()
        .filter(held -> held.organizationId().equals(place.organizationId()))
        .filter(held -> held.projectId() == null || held.projectId().equals(place.projectId()))
        .map(Membership::role)
        .toList();
  }

  /** Never more than the key allows and never more than a role does. */
  private Caller limited(Collection<Role> roles) {
    Set<String> left = new HashSet<>();
    for (Scope scope : Scope.values()) {
      if (scope.coveredBy(scopes) && roles.stream().anyMatch(scope::allowedTo)) {
        left.add(scope.wire());
      }
    }
    return with(left);
  }

  private Caller with(Set<String> fewer) {
    return new Caller(id, name, fewer, person, onlyProject);
  }

  /** What lists show him. */
  public Visible visible() {
    if (isInstallation()) {
      return Visible.EVERYTHING;
    }
    Set<String> organizations = new HashSet<>();
    Set<String> projects = new HashSet<>();
    if (person == null) {
      projects.add(String.valueOf(onlyProject));
    } else {
      for (Membership held : person.memberships()) {
        if (held.projectId() != null) {
          projects.add(held.projectId());
        } else {
          organizations.add(held.organizationId());
        }
      }
    }
    return Visible.only(organizations, projects).within(onlyProject);
  }
}
