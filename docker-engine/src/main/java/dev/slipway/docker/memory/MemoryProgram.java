package dev.slipway.docker.memory;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a program does in the {@link MemoryEngine}. It is interrupted when it is killed. */
@FunctionalInterface
public interface MemoryProgram {

  /**
   * Runs to its end. Streams are bounded and block as pipes do; closing them does nothing.
   *
   * @param command the program and its arguments: the entrypoint and what follows it
   * @param env the variables of its spec alone
   * @param in empty when it was started without input
   * @return its exit code; an exception is code 1 and shows on stderr, an {@link OutOfMemoryError}
   *     is a container that reached its memory limit
   */
  int run(
      List<String> command,
      Map<String, String> env,
      InputStream in,
      OutputStream out,
      OutputStream err)
      throws Exception;

  /** What an image answers to commands, as a program. */
  static MemoryProgram answering(MemoryImage image) {
    return (command, env, in, out, err) -> {
      var answer = image.exec().apply(command);
      for (var line : answer.lines()) {
        var bytes = (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
        switch (line.kind()) {
          case STDOUT -> out.write(bytes);
          case STDERR -> err.write(bytes);
        }
      }
      return answer.exitCode();
    };
  }
}
