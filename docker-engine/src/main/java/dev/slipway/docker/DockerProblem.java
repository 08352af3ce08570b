package dev.slipway.docker;

import dev.slipway.contracts.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why the engine did not do what it was asked. Each kind has a stable code and a remedy: one
 * sentence that tells a person what to do about it.
 */
public abstract sealed class DockerProblem extends Problem {
  private static final long serialVersionUID = 1;

  private DockerProblem(
      int status, String code, String message, String remedy, @Nullable Throwable cause) {
    super(status, code, "The container engine did not do it", message, remedy, List.of(), cause);
  }

  /** Whether asking the same again a little later may succeed without anybody doing anything. */
  public boolean transientFailure() {
    return false;
  }

  /** The message, never null. */
  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The engine cannot be reached, broke off or does not answer in time. */
  public static final class EngineDown extends DockerProblem {
    private static final long serialVersionUID = 1;

    public EngineDown(String message, @Nullable Throwable cause) {
      super(
          503,
          "engine_down",
          message,
          "Start the Docker engine (`./slipway up` does) and see that this user may use its"
              + " socket.",
          cause);
    }

    @Override
    public boolean transientFailure() {
      return true;
    }
  }

  /** The container, service, network or volume named does not exist. */
  public static final class NotFound extends DockerProblem {
    private static final long serialVersionUID = 1;

    public NotFound(String message) {
      super(
          404, "engine_not_found", message, "It was removed outside Slipway; deploy again.", null);
    }
  }

  /** The name is taken, the thing is in use, or its state forbids what was asked. */
  public static final class Conflict extends DockerProblem {
    private static final long serialVersionUID = 1;

    public Conflict(String message) {
      super(
          409,
          "engine_conflict",
          message,
          "Remove or rename what is in the way; `docker ps -a` and `docker service ls` show it.",
          null);
    }
  }

  /** Somebody else has changed it since it was looked at. */
  public static final class Outdated extends DockerProblem {
    private static final long serialVersionUID = 1;

    public Outdated(String message) {
      super(
          409,
          "engine_outdated",
          message,
          "Look at it again and try again; somebody else changed it at the same time.",
          null);
    }
  }

  /** The engine understood the request and will not do it: a wrong value. */
  public static final class Refused extends DockerProblem {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
      super(422, "engine_refused", message, "Correct the setting the engine names.", null);
    }
  }

  /** The engine is no Swarm manager. */
  public static final class NoSwarm extends DockerProblem {
    private static final long serialVersionUID = 1;

    public NoSwarm(String message) {
      super(
          503,
          "swarm_inactive",
          message,
          "Run `docker swarm init` on this host, or `./slipway up`, which does it.",
          null);
    }
  }

  /** The engine failed on its own side. */
  public static final class EngineFailed extends DockerProblem {
    private static final long serialVersionUID = 1;

    public EngineFailed(String message, @Nullable Throwable cause) {
      super(
          500, "engine_failed", message, "Look into the engine's own log for this moment.", cause);
    }

    @Override
    public boolean transientFailure() {
      return true;
    }
  }

  /** No room left where the engine keeps images and containers. */
  public static final class DiskFull extends DockerProblem {
    private static final long serialVersionUID = 1;

    public DiskFull(String message) {
      super(
          507,
          "disk_full",
          message,
          "Free space on the engine's disk: `docker system df` shows where it went.",
          null);
    }
  }

  /** An image is neither here nor to be had from a registry. */
  public static final class ImageMissing extends DockerProblem {
    private static final long serialVersionUID = 1;
    private final String image;

    public ImageMissing(String image, String message) {
      super(
          422,
          "image_missing",
          message,
          "Check the name and tag of %s, that its registry is reachable, and its credentials."
              .formatted(image),
          null);
      this.image = image;
    }

    /** The reference that could not be had. */
    public String image() {
      return image;
    }
  }

  /** A registry refused to take or give an image. */
  public static final class RegistryRefused extends DockerProblem {
    private static final long serialVersionUID = 1;

    public RegistryRefused(String message) {
      super(
          502,
          "registry_refused",
          message,
          "Check that the registry is reachable and the credentials may write to this repository.",
          null);
    }
  }

  /** What was asked has not ended within its limit. */
  public static final class TimedOut extends DockerProblem {
    private static final long serialVersionUID = 1;

    public TimedOut(String what, Duration limit) {
      super(
          504,
          "engine_timeout",
          what + " has not ended within " + limit.toSeconds() + " s",
          "Raise the limit, or find out what it waits for.",
          null);
    }
  }

  /**
   * The calling thread was interrupted, and its interrupt flag is set; or what it waits for was
   * closed by another.
   */
  public static final class Cancelled extends DockerProblem {
    private static final long serialVersionUID = 1;

    public Cancelled(String message) {
      super(409, "cancelled", message, "Start it again if it was not meant to stop.", null);
    }
  }

  /** The build itself failed: the Dockerfile, a step in it, or one of its limits. */
  public static final class BuildFailed extends DockerProblem {
    private static final long serialVersionUID = 1;
    private final BuildFailure failure;

    public BuildFailed(BuildFailure failure) {
      super(422, failure.reason().code(), failure.message(), failure.reason().remedy(), null);
      this.failure = failure;
    }

    /** Which step failed, how, and on which line of the Dockerfile. */
    public BuildFailure failure() {
      return failure;
    }
  }
}
