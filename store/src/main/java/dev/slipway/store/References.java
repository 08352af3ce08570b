package dev.slipway.store;

import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.EnvironmentStore.Effective;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * References in the values of variables: {@code ${{project.KEY}}}, {@code ${{app.NAME.url}}}. They
 * are resolved when something is started, never stored resolved.
 */
final class References {
  /** Other things that look alike, such as {@code ${X}} or {@code ${{ x }}}, are no references. */
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{\\{\\s*([A-Za-z]{1,20})\\.([A-Za-z0-9_.-]{1,240})\\s*}}");

  /** In all values of one environment together. */
  private static final int MOST = 200;

  private final List<Scope> scopes;

  References(Queries database, Vault vault) {
    this.scopes =
        List.of(
            new ProjectScope(),
            new ApplicationScope(database),
            new DatabaseReferences(database, vault));
  }

  /**
   * What the references of one word lead to.
   *
   * <p>To add one, implement it and name it in the constructor of {@link References}.
   */
  interface Scope {
    /** The word before the first dot. */
    String word();

    /** Where a path leads to; empty: nowhere. */
    Future<Optional<Value>> find(Asker asker, String path);

    /** Why a path may lead nowhere, and what to do about it. */
    String missing(String path);
  }

  /** A value to be put in; a secret one makes a secret of what it is put into. */
  record Value(String text, boolean secret) {}

  /** Whose reference it is. */
  record Asker(String projectId, List<EnvironmentVariable> inherited) {}

  /** A reference as it is written, and its parts. */
  private record Reference(String written, String word, String path) {}

  Future<Effective> resolved(
      String projectId,
      int version,
      List<EnvironmentVariable> items,
      List<EnvironmentVariable> inherited) {
    Set<Reference> found = new LinkedHashSet<>();
    items.forEach(item -> found.addAll(in(item.value())));
    inherited.forEach(item -> found.addAll(in(item.value())));
    if (found.isEmpty()) {
      return Future.succeededFuture(new Effective(new Environment(version, items), null));
    }
    if (found.size() > MOST) {
      return Future.succeededFuture(
          new Effective(new Environment(version, items), tooMany(found.size())));
    }
    // Inherited variables first, so that what refers to one gets what that one refers to.
    Map<Reference, Value> values = new HashMap<>();
    return looked(found, new Asker(projectId, List.of()), values)
        .map(done -> inherited.stream().map(item -> filled(item, values)).toList())
        .compose(whole -> looked(found, new Asker(projectId, whole), values))
        .map(done ->
            new Effective(
                new Environment(version, items.stream().map(i -> filled(i, values)).toList()),
                unknown(items, values)));
  }

  private Future<Void> looked(Set<Reference> found, Asker asker, Map<Reference, Value> values) {
    Future<Void> done = Future.succeededFuture();
    for (Reference reference : found) {
      Optional<Scope> scope = scope(reference.word());
      if (scope.isPresent() && !values.containsKey(reference)) {
        done =
            done.compose(before -> scope.get().find(asker, reference.path()))
                .map(value -> {
                  value.ifPresent(text -> values.put(reference, text));
                  return null;
                });
      }
    }
    return done;
  }

  private Optional<Scope> scope(String word) {
    return scopes.stream().filter(scope -> scope.word().equals(word)).findFirst();
  }

  /** Whether a value refers to what is named so in the scope of this word. */
  static boolean refers(String value, String word, String name) {
    return in(value).stream()
        .anyMatch(found -> found.word().equals(word) && found.path().startsWith(name + "."));
  }

  private static List<Reference> in(String value) {
    List<Reference> found = new ArrayList<>();
    if (value.contains("${{")) {
      Matcher match = REFERENCE.matcher(value);
      while (match.find()) {
        found.add(new Reference(match.group(), match.group(1), match.group(2)));
      }
    }
    return found;
  }

  private static EnvironmentVariable filled(
      EnvironmentVariable item, Map<Reference, Value> values) {
    List<Reference> references = in(item.value());
    if (references.isEmpty()) {
      return item;
    }
    boolean secret =
        references.stream().map(values::get).anyMatch(value -> value != null && value.secret());
    String text =
        REFERENCE
            .matcher(item.value())
            .replaceAll(match -> {
              Value value =
                  values.get(new Reference(match.group(), match.group(1), match.group(2)));
              return Matcher.quoteReplacement(value == null ? match.group() : value.text());
            });
    return new EnvironmentVariable(
        item.key(), text, item.secret() || secret, item.updatedAt(), item.updatedBy());
  }

  private @Nullable Problem unknown(List<EnvironmentVariable> items, Map<Reference, Value> values) {
    for (EnvironmentVariable item : items) {
      for (Reference reference : in(item.value())) {
        if (!values.containsKey(reference)) {
          return Problem.failed(
              "reference_unknown",
              "The variable %s refers to %s, but %s."
                  .formatted(
                      item.key(),
                      reference.written(),
                      scope(reference.word())
                          .map(scope -> scope.missing(reference.path()))
                          .orElse("there is nothing named '" + reference.word() + "'")),
              "Correct the variable, or make what it refers to, then deploy again; references are"
                  + " ${{project.KEY}}, ${{app.NAME.url}} (also .host and .port) and"
                  + " ${{db.NAME.url}} (also .host, .port, .user, .password and .database).");
        }
      }
    }
    return null;
  }

  private static Problem tooMany(int count) {
    return Problem.failed(
        "references_too_many",
        "The variables hold " + count + " different references.",
        "Let them hold at most " + MOST + ", then deploy again.");
  }

  /** {@code ${{project.KEY}}}: what is inherited, also where a variable of that name hides it. */
  private static final class ProjectScope implements Scope {
    @Override
    public String word() {
      return "project";
    }

    @Override
    public Future<Optional<Value>> find(Asker asker, String path) {
      return Future.succeededFuture(
          asker.inherited().stream()
              .filter(item -> item.key().equals(path))
              .map(item -> new Value(item.value(), item.secret()))
              .findFirst());
    }

    @Override
    public String missing(String path) {
      return "the project has no variable '" + path + "'";
    }
  }

  /** {@code ${{app.NAME.url}}}: where an application of the same project is reached inside it. */
  private static final class ApplicationScope implements Scope {
    private final Queries database;

    ApplicationScope(Queries database) {
      this.database = database;
    }

    @Override
    public String word() {
      return "app";
    }

    @Override
    public Future<Optional<Value>> find(Asker asker, String path) {
      int dot = path.lastIndexOf('.');
      if (dot < 0) {
        return Future.succeededFuture(Optional.empty());
      }
      String attribute = path.substring(dot + 1);
      return database
          .one(
              """
              select a.name, coalesce(r.spec->>'port', a.config->>'port') as port
                from applications a left join releases r on r.id = a.current_release_id
                where a.project_id = $1 and a.name = $2 and not a.deleting
              """,
              asker.projectId(),
              path.substring(0, dot))
          .map(row ->
              Optional.ofNullable(row)
                  .flatMap(there ->
                      attribute(attribute, there.getString("name"), there.getString("port"))));
    }

    private static Optional<Value> attribute(String attribute, String name, String port) {
      return switch (attribute) {
        case "url" -> Optional.of(new Value("http://" + name + ":" + port, false));
        case "host" -> Optional.of(new Value(name, false));
        case "port" -> Optional.of(new Value(port, false));
        default -> Optional.empty();
      };
    }

    @Override
    public String missing(String path) {
      return "no application of this project is meant by '" + path + "'";
    }
  }
}
