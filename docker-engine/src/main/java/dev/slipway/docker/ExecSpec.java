package dev.slipway.docker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to run inside a running container.
 *
 * @param command the program and its arguments; no shell reads them
 * @param env added to the container's
 * @param user null for the container's own
 * @param stdin whether it gets input; without, it reads the end of file at once
 */
public record ExecSpec(
    List<String> command, Map<String, String> env, @Nullable String user, boolean stdin) {

  public ExecSpec {
    command = List.copyOf(command);
    env = Map.copyOf(env);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command must name a program");
    }
  }

  /** A program without input, as the container's own user. */
  public static ExecSpec of(String... command) {
    return new ExecSpec(List.of(command), Map.of(), null, false);
  }

  /** The same with these variables. */
  public ExecSpec withEnv(Map<String, String> variables) {
    return new ExecSpec(command, variables, user, stdin);
  }

  /** The same as this user. */
  public ExecSpec asUser(String name) {
    return new ExecSpec(command, env, name, stdin);
  }

  /** The same with input. */
  public ExecSpec withStdin() {
    return new ExecSpec(command, env, user, true);
  }

  /** Names only: arguments and environment may hold secrets. */
  @Override
  public String toString() {
    return "ExecSpec[%s, env %s]".formatted(command.getFirst(), env.keySet());
  }
}
