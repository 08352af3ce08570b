package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.people.Role;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.auth.By;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.auth.SessionCookie;
import dev.slipway.gateway.auth.Subject;
import dev.slipway.gateway.http.Contract;
import dev.slipway.gateway.http.Operation;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every operation of the contract, called by everybody: what happens must be what {@code x-scope},
 * {@code x-subject} and {@code x-by} say, worked out here a second time and in another way.
 */
class RoleMatrixTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final JsonObject CONTRACT = new JsonObject(Contract.load().json());
  private static final String UNKNOWN_ID = "xxx_00000000000000000000";

  private final People people = new People(GATEWAY);
  private final String project = people.project("matrix");
  private final String application = people.application("matrix", project);
  private final String database = people.database("matrix-db", project);
  private final BackupThings backups = new BackupThings(GATEWAY, project);
  private final String deployment =
      GATEWAY
          .admin()
          .post("/api/applications/" + application + "/deployments", "{}")
          .expect(202)
          .string("id");

  /** What may happen. */
  private enum Verdict {
    ALLOWED,
    UNKNOWN,
    FORBIDDEN,
    HIDDEN
  }

  /** How somebody shows who he is. */
  private enum With {
    NOTHING,
    SESSION,
    SESSION_OF_A_FOREIGN_PAGE,
    HIS_KEY,
    INSTALLATIONS_KEY
  }

  /** Where his role is, or his key works. */
  private enum Where {
    EVERYWHERE,
    HERE,
    ELSEWHERE
  }

  /** Everybody who calls. */
  private enum Who {
    NOBODY(With.NOTHING, null, Where.EVERYWHERE),
    REVOKED_SESSION(With.NOTHING, null, Where.EVERYWHERE),
    EXPIRED_KEY(With.NOTHING, null, Where.EVERYWHERE),
    VIEWER(With.SESSION, Role.VIEWER, Where.EVERYWHERE),
    DEVELOPER(With.SESSION, Role.DEVELOPER, Where.EVERYWHERE),
    ADMIN(With.SESSION, Role.ADMIN, Where.EVERYWHERE),
    OWNER(With.SESSION, Role.OWNER, Where.EVERYWHERE),
    OWNER_ON_A_FOREIGN_PAGE(With.SESSION_OF_A_FOREIGN_PAGE, Role.OWNER, Where.EVERYWHERE),
    VIEWER_HERE(With.SESSION, Role.VIEWER, Where.HERE),
    DEVELOPER_HERE(With.SESSION, Role.DEVELOPER, Where.HERE),
    OWNER_HERE(With.SESSION, Role.OWNER, Where.HERE),
    OWNER_ELSEWHERE(With.SESSION, Role.OWNER, Where.ELSEWHERE),
    ADMIN_KEY_OF_A_VIEWER(With.HIS_KEY, Role.VIEWER, Where.EVERYWHERE, Scope.ADMIN),
    READ_KEY_OF_AN_OWNER(With.HIS_KEY, Role.OWNER, Where.EVERYWHERE, Scope.READ),
    ADMIN_KEY_OF_AN_OWNER_ELSEWHERE(With.HIS_KEY, Role.OWNER, Where.ELSEWHERE, Scope.ADMIN),
    READ_KEY(With.INSTALLATIONS_KEY, null, Where.EVERYWHERE, Scope.READ),
    WRITE_KEY(With.INSTALLATIONS_KEY, null, Where.EVERYWHERE, Scope.WRITE),
    DEPLOY_KEY(With.INSTALLATIONS_KEY, null, Where.EVERYWHERE, Scope.DEPLOY),
    ADMIN_KEY(With.INSTALLATIONS_KEY, null, Where.EVERYWHERE, Scope.ADMIN),
    ADMIN_KEY_HERE(With.INSTALLATIONS_KEY, null, Where.HERE, Scope.ADMIN),
    ADMIN_KEY_ELSEWHERE(With.INSTALLATIONS_KEY, null, Where.ELSEWHERE, Scope.ADMIN);

    final With with;
    final @Nullable Role role;
    final Where where;
    final @Nullable Scope scope;

    Who(With with, @Nullable Role role, Where where) {
      this(with, role, where, null);
    }

    Who(With with, @Nullable Role role, Where where, @Nullable Scope scope) {
      this.with = with;
      this.role = role;
      this.where = where;
      this.scope = scope;
    }
  }

  @Test
  void everyRouteHasAnExpectedAnswerForEverybody() {
    Map<Who, String> users = new EnumMap<>(Who.class);
    String elsewhere = people.project("elsewhere");
    for (Who who : Who.values()) {
      if (who.role != null) {
        users.put(who, people.somebody(who.role, placed(who, elsewhere)));
      }
    }
    Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
    List<String> wrong = new ArrayList<>();
    for (Operation operation : Contract.load().operations()) {
      for (Who who : Who.values()) {
        Client client = client(who, users.getOrDefault(who, ""), elsewhere);
        Verdict expected = expected(operation, who);
        Answer answer = call(client, who, operation);
        Verdict actual = actual(operation, answer);
        seen.merge(actual, 1, Integer::sum);
        if (actual != expected) {
          wrong.add(
              "%s by %s: %s, not %s: %s"
                  .formatted(operation.id(), who, actual, expected, answer.text()));
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "PROMISE T24: %d operations by %d callers each: %s, %d not as the contract says%n",
        Contract.load().operations().size(),
        Who.values().length,
        seen,
        wrong.size());
    assertThat(wrong).isEmpty();
    assertThat(seen.keySet()).containsExactly(Verdict.values());
  }

  private @Nullable String placed(Who who, String elsewhere) {
    return switch (who.where) {
      case EVERYWHERE -> null;
      case HERE -> project;
      case ELSEWHERE -> elsewhere;
    };
  }

  private Client client(Who who, String user, String elsewhere) {
    return switch (who.with) {
      case NOTHING ->
          switch (who) {
            case EXPIRED_KEY ->
                people.key(null, null, Instant.now().minusSeconds(1), Scope.ADMIN.wire());
            case REVOKED_SESSION -> GATEWAY.nobody().by(SessionCookie.random());
            default -> GATEWAY.nobody();
          };
      case SESSION, SESSION_OF_A_FOREIGN_PAGE -> people.session(user);
      case HIS_KEY -> people.key(user, null, scope(who).wire());
      case INSTALLATIONS_KEY -> people.key(null, placed(who, elsewhere), scope(who).wire());
    };
  }

  private static Scope scope(Who who) {
    return java.util.Objects.requireNonNull(who.scope);
  }

  private Answer call(Client client, Who who, Operation operation) {
    List<String> headers = new ArrayList<>();
    if (operation.parameters().stream().anyMatch(each -> each.name().equals("If-Match"))) {
      headers.addAll(List.of("If-Match", "\"0\"")); // nothing has it, so nothing is changed
    }
    if (who.with == With.SESSION_OF_A_FOREIGN_PAGE) {
      headers.addAll(List.of("Origin", "https://elsewhere.example"));
    }
    String path =
        operation.path().replace("{id}", id(operation)).replaceAll("\\{[a-z]+}", UNKNOWN_ID);
    return client.send(
        operation.method().name(),
        path,
        backups.real(example(operation)),
        headers.toArray(String[]::new));
  }

  private String id(Operation operation) {
    return switch (operation.subject()) {
      case PROJECT -> project;
      case APPLICATION -> application;
      case DEPLOYMENT -> deployment;
      case DATABASE -> database;
      case BACKUP -> backups.backup();
      case SCHEDULE -> backups.schedule();
      case RESTORE -> backups.restore();
      default -> UNKNOWN_ID;
    };
  }

  /** What the contract gives as an example, so that what only the body tells is judged too. */
  private static @Nullable String example(Operation operation) {
    if (operation.body() == null) {
      return null;
    }
    JsonObject media =
        CONTRACT
            .getJsonObject("paths")
            .getJsonObject(operation.path())
            .getJsonObject(operation.method().name().toLowerCase(Locale.ROOT))
            .getJsonObject("requestBody")
            .getJsonObject("content")
            .getJsonObject(operation.body().mediaType());
    Object example = media.getValue("example");
    JsonObject examples = media.getJsonObject("examples");
    if (example == null && examples != null) {
      example = examples.getJsonObject(examples.fieldNames().iterator().next()).getValue("value");
    }
    return example instanceof JsonObject object ? object.encode() : null;
  }

  private static Verdict actual(Operation operation, Answer answer) {
    assertThat(answer.status()).as(operation.id() + " " + answer.text()).isNotEqualTo(500);
    return switch (answer.status()) {
      case 401 -> answer.string("code").equals("unauthorized") ? Verdict.UNKNOWN : Verdict.ALLOWED;
      case 403 -> Verdict.FORBIDDEN;
      case 404 -> isHidden(operation, answer) ? Verdict.HIDDEN : Verdict.ALLOWED;
      default -> Verdict.ALLOWED;
    };
  }

  /** Whether its path names something that is in a project, and is there. */
  private static boolean isPlaced(Operation operation) {
    return operation.path().contains("{id}")
        && Set.of(
                Subject.PROJECT,
                Subject.APPLICATION,
                Subject.DEPLOYMENT,
                Subject.DATABASE,
                Subject.BACKUP,
                Subject.SCHEDULE,
                Subject.RESTORE)
            .contains(operation.subject());
  }

  /** Whether what its path names is denied. */
  private static boolean isHidden(Operation operation, Answer answer) {
    if (operation.subject() == Subject.NAMED) {
      return answer
          .string("detail")
          .matches("There is no (database|application|backup|project) .*");
    }
    return isPlaced(operation)
        && answer.string("detail").startsWith("There is no " + kind(operation.subject()) + " ");
  }

  private static String kind(Subject subject) {
    return subject == Subject.SCHEDULE
        ? "backup schedule"
        : subject.name().toLowerCase(Locale.ROOT);
  }

  private static Verdict expected(Operation operation, Who who) {
    Scope scope = operation.scope();
    if (scope == null) {
      return who.with == With.SESSION_OF_A_FOREIGN_PAGE && opensASession(operation)
          ? Verdict.FORBIDDEN
          : Verdict.ALLOWED;
    }
    if (who.with == With.NOTHING) {
      return Verdict.UNKNOWN;
    }
    boolean changes = !operation.method().name().equals("GET");
    if ((who.with == With.SESSION_OF_A_FOREIGN_PAGE && changes)
        || !holds(who, scope)
        || !mayAsk(operation.by(), who)) {
      return Verdict.FORBIDDEN;
    }
    return inItsPlace(operation, who);
  }

  private static boolean opensASession(Operation operation) {
    return operation.method().name().equals("POST")
        && operation.body() != null
        && example(operation) != null;
  }

  private static Verdict inItsPlace(Operation operation, Who who) {
    return switch (operation.subject()) {
      case LIST, SELF -> Verdict.ALLOWED;
      case INSTALLATION, ORGANIZATION ->
          who.where == Where.EVERYWHERE ? Verdict.ALLOWED : Verdict.FORBIDDEN;
      case NAMED ->
          switch (who.where) {
            case EVERYWHERE -> Verdict.ALLOWED;
            // What its example names is here; without one it goes to the default project.
            case HERE -> example(operation) == null ? Verdict.FORBIDDEN : Verdict.ALLOWED;
            case ELSEWHERE -> example(operation) == null ? Verdict.FORBIDDEN : Verdict.HIDDEN;
          };
      case PROJECT, APPLICATION, DEPLOYMENT, DATABASE, BACKUP, SCHEDULE, RESTORE -> {
        if (!isPlaced(operation)) { // without a wish it goes to the default project
          yield who.where == Where.EVERYWHERE ? Verdict.ALLOWED : Verdict.FORBIDDEN;
        }
        yield who.where == Where.ELSEWHERE ? Verdict.HIDDEN : Verdict.ALLOWED;
      }
    };
  }

  private static boolean mayAsk(By by, Who who) {
    return switch (by) {
      case ANYONE -> true;
      case SESSION -> who.with == With.SESSION || who.with == With.SESSION_OF_A_FOREIGN_PAGE;
      case OPERATOR -> who.with == With.INSTALLATIONS_KEY && who.where == Where.EVERYWHERE;
    };
  }

  /** The table of README, "People": what a role may, and what a key may. */
  private static boolean holds(Who who, Scope wanted) {
    Role role = who.role;
    boolean byRole =
        role == null
            || switch (role) {
              case VIEWER -> wanted == Scope.READ;
              case DEVELOPER -> Set.of(Scope.READ, Scope.WRITE, Scope.DEPLOY).contains(wanted);
              case ADMIN -> wanted != Scope.PEOPLE;
              case OWNER -> true;
            };
    Scope key = who.scope;
    boolean byKey =
        key == null
            || switch (key) {
              case READ -> wanted == Scope.READ;
              case WRITE, DEPLOY -> wanted == Scope.READ || wanted == key;
              default ->
                  wanted != Scope.PEOPLE
                      || (who.with == With.INSTALLATIONS_KEY && who.where == Where.EVERYWHERE);
            };
    return byRole && byKey;
  }
}
