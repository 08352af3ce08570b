package dev.slipway.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a list may show: all of some organizations, and some projects of others.
 *
 * @param everything nothing is held back
 * @param within of all that, only what is in this project; null: all of it
 */
public record Visible(
    boolean everything, Set<String> organizations, Set<String> projects, @Nullable String within) {
  /** For who may see whatever there is. */
  public static final Visible EVERYTHING = new Visible(true, Set.of(), Set.of(), null);

  public Visible {
    organizations = Set.copyOf(organizations);
    projects = Set.copyOf(projects);
  }

  /** A list that shows this much and no more. */
  public static Visible only(Set<String> organizations, Set<String> projects) {
    return new Visible(false, organizations, projects, null);
  }

  /** The same, but only what is in that project; null: all of it. */
  public Visible within(@Nullable String project) {
    return new Visible(everything, organizations, projects, project);
  }

  /**
   * A condition to put behind others, with three parameters of its own; empty for everything. What
   * belongs to no project belongs to the default organization as a whole.
   *
   * @param project SQL for the id of the project that a row belongs to
   * @param first number of the first of its parameters
   */
  String condition(String project, int first) {
    return everything
        ? " "
        : """
         and (%1$s = any($%2$d::text[]) or exists (select 1 from projects visible
           where visible.id = %1$s and visible.organization_id = any($%3$d::text[]))
           or (%1$s is null and '%5$s' = any($%3$d::text[])))
         and ($%4$d::text is null or %1$s = $%4$d)
        """
            .formatted(project, first, first + 1, first + 2, OrganizationStore.DEFAULT);
  }

  /** The arguments of a statement with the condition's own behind them. */
  @Nullable Object[] with(@Nullable Object... arguments) {
    if (everything) {
      return arguments;
    }
    @Nullable Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + 3);
    all[arguments.length] = projects.toArray(String[]::new);
    all[arguments.length + 1] = organizations.toArray(String[]::new);
    all[arguments.length + 2] = within;
    return all;
  }
}
