package dev.slipway.docker.java;

import dev.slipway.docker.DockerProblem;
import java.util.regex.Pattern;

/** Turns the engine's refusals into problems a caller can tell apart. */
final class Refusals {
  private static final Pattern RPC = Pattern.compile("^rpc error: code = \\w+ desc = ");
  private static final Pattern IMAGE =
      Pattern.compile("(?:No such image: |pull access denied for |manifest for )([^\\s,]+)");

  private Refusals() {}

  /** The status alone is not enough: Swarm answers 400 and 500 for much that is a conflict. */
  static DockerProblem explain(int status, String raw) {
    var message = RPC.matcher(raw).replaceFirst("");
    if (message.contains("no space left on device")) {
      return new DockerProblem.DiskFull(message);
    }
    if (message.contains("not a swarm manager") || message.contains("not part of a swarm")) {
      return new DockerProblem.NoSwarm(message);
    }
    var image = IMAGE.matcher(message);
    if (image.find()) {
      return new DockerProblem.ImageMissing(image.group(1), message);
    }
    if (message.contains("update out of sequence")) {
      return new DockerProblem.Outdated(message);
    }
    // a network that the Swarm removed while the engine looked it up: 500, in these words
    if (status == 404
        || raw.contains("rpc error: code = NotFound")
        || message.matches("network \\S+ not found")) {
      return new DockerProblem.NotFound(message);
    }
    if (status == 409 || inTheWay(message)) {
      return new DockerProblem.Conflict(message);
    }
    return status < 500
        ? new DockerProblem.Refused(message)
        : new DockerProblem.EngineFailed(message, null);
  }

  private static boolean inTheWay(String message) {
    return message.contains("in use")
        || message.contains("already exists")
        || message.contains("has active endpoints")
        || message.contains("is not running")
        || message.contains("is not down and can't be removed")
        || message.contains("must be demoted")
        || message.contains("last manager")
        || message.contains("quorum");
  }
}
