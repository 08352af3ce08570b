package dev.slipway.backup.dump;

import dev.slipway.docker.Program;
import java.util.List;
import java.util.Map;

/** A place where an engine's tools are and from which its server can be reached. */
@FunctionalInterface
public interface Tools {
  /**
   * Starts one.
   *
   * @param what it is called in names and messages: {@code pg_dump}
   * @param command the tool and its arguments; never a secret
   * @param env holds the secrets
   * @param stdin whether it gets input
   */
  Program start(String what, List<String> command, Map<String, String> env, boolean stdin);
}
