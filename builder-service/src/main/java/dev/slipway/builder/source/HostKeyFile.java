package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Host keys in a file of this machine, one line each as OpenSSH writes them. */
public final class HostKeyFile implements HostKeys {
  private final Path file;

  public HostKeyFile(Path file) {
    this.file = file;
  }

  @Override
  public synchronized List<String> known(String host) {
    var found = new ArrayList<String>();
    try {
      if (Files.exists(file)) {
        for (var line : Files.readAllLines(file)) {
          if (line.startsWith(host + " ")) {
            found.add(line.substring(host.length() + 1));
          }
        }
      }
      return found;
    } catch (IOException e) {
      throw unusable(host, e);
    }
  }

  @Override
  public synchronized List<String> see(String host, String key, String fingerprint) {
    var known = known(host);
    if (!known.isEmpty()) {
      return known;
    }
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          host + " " + key + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
      return List.of(key);
    } catch (IOException e) {
      throw unusable(host, e);
    }
  }

  private static Problem unusable(String host, IOException e) {
    return Problem.failed(
        "known_hosts_unwritable",
        "The key of " + host + " cannot be looked up or remembered.",
        "See that the data directory is writable and has space.",
        e);
  }
}
