package dev.slipway.docker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One container engine of a Swarm. Every method blocks until the engine has answered and belongs on
 * a virtual thread, never on an event loop.
 *
 * <p><b>Managers and workers.</b> Services, tasks, nodes and the creation of networks need a
 * manager and are {@link DockerProblem.NoSwarm} elsewhere; images, containers, volumes, events and
 * {@link #info()} are this node's own and work on every engine.
 *
 * <p><b>Errors.</b> Whatever the engine refuses arrives as a {@link DockerProblem} with a code and
 * a remedy. A call whose thread is interrupted stops, throws {@link DockerProblem.Cancelled} and
 * leaves the thread's interrupt flag set: clear it before asking anything else on the same thread.
 *
 * <p><b>Idempotence.</b> {@code ensure…} succeeds when the thing is there already, {@code remove…}
 * when it is already gone. {@code create…} of a taken name is a {@link DockerProblem.Conflict}.
 *
 * <p><b>Ours only.</b> Every listing needs at least one label and shows only what carries all of
 * them, so that clean-up cannot touch what is not ours.
 */
public interface DockerEngine extends SwarmNodes, Programs, AutoCloseable {

  /** Version, Swarm state, storage and limits of the engine; a few milliseconds. */
  EngineInfo info();

  /**
   * Answers whether the engine is there.
   *
   * @throws DockerProblem.EngineDown when it does not answer within 5 s
   */
  void ping();

  // ---- images

  /** The image under this name, digest or id, if the engine has it locally. */
  Optional<ImageInfo> image(String reference);

  /** The images that carry all these labels. */
  List<ImageInfo> images(Map<String, String> labels);

  /**
   * Fetches an image from its registry.
   *
   * @param auth credentials of that registry, or null to ask without
   * @return the image now held locally
   * @throws DockerProblem.ImageMissing when the registry has no such image or wants credentials
   */
  ImageInfo pull(
      String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress);

  /**
   * Sends a tagged image to the registry its name begins with.
   *
   * @return the digest under which the registry keeps it ({@code sha256:…})
   */
  String push(String reference, @Nullable RegistryAuth auth, Consumer<TransferProgress> progress);

  /**
   * Asks a registry under which digest it keeps an image, without fetching it.
   *
   * @return {@code sha256:…}; empty when the registry answers that it has no such image
   * @throws DockerProblem.RegistryRefused when it cannot be reached or wants other credentials
   */
  Optional<String> registryDigest(String reference, @Nullable RegistryAuth auth);

  /** Gives an existing image one more name, {@code repository:tag}. */
  void tag(String reference, String newReference);

  /**
   * Removes this name, and the image with its last name. A missing image is success.
   *
   * @throws DockerProblem.Conflict when a container still uses it
   */
  void removeImage(String reference);

  /**
   * Builds an image and tags it. Interrupting the calling thread cancels the build: the command and
   * all its children are gone before this method throws, and the engine stops the running step.
   *
   * @param listener called on one thread at a time, in order; a slow listener slows the build's
   *     output, never loses it
   * @throws DockerProblem.BuildFailed with the step, its exit code and the Dockerfile's line
   * @throws DockerProblem.ImageMissing when a base image cannot be had
   * @throws DockerProblem.Cancelled when the thread was interrupted
   */
  BuildResult build(BuildSpec spec, BuildListener listener);

  // ---- networks

  /** Makes an attachable overlay network of this name with these labels unless it is there. */
  NetworkInfo ensureNetwork(String name, Map<String, String> labels);

  /**
   * Removes a network. A missing one is success.
   *
   * @throws DockerProblem.Conflict when something is still attached to it
   */
  void removeNetwork(String name);

  /** The networks that carry all these labels; a worker knows those its containers are on. */
  List<NetworkInfo> networks(Map<String, String> labels);

  /**
   * Puts a running container of this node on a network, too. One that is on it already is success.
   *
   * @param aliases names under which it is found there
   * @throws DockerProblem.NotFound when there is no such container or network
   */
  void connectNetwork(String network, String containerId, List<String> aliases);

  /** Takes a container off a network. One that is not on it, or gone, is success. */
  void disconnectNetwork(String network, String containerId);

  // ---- services

  /**
   * Creates a Swarm service and returns at once, before its tasks run.
   *
   * @return the service's id
   * @throws DockerProblem.Conflict when the name is taken
   */
  String createService(ServiceSpec spec);

  /** The service of this name or id. */
  Optional<ServiceInfo> service(String name);

  /** The services that carry all these labels. */
  List<ServiceInfo> services(Map<String, String> labels);

  /**
   * Asks for this many tasks; returns before they run. Repeats itself when others wrote between.
   */
  void scaleService(String name, int replicas);

  /**
   * Changes a service if nobody has changed it since it was looked at. Of two who saw the same
   * {@link ServiceInfo#version()} one succeeds.
   *
   * @throws DockerProblem.Outdated when somebody has: look again, and decide again
   * @throws DockerProblem.NotFound when this very service is gone, even if another has its name
   */
  void changeService(ServiceInfo seen, ServiceChange change);

  /** Adds these labels to the service, replacing equal keys. No task is restarted. */
  void labelService(String name, Map<String, String> labels);

  /** Replaces every task by a fresh one, the new one first, and returns before it is done. */
  void restartService(String name);

  /**
   * Removes a service; its tasks get their stop grace. A missing one is success.
   *
   * @param name or id: an id never meets a successor of the same name
   */
  void removeService(String name);

  /**
   * The tasks of a service, newest first, those that ended included as far as Swarm still keeps
   * them (five a slot). Empty when there is no such service.
   */
  List<TaskInfo> tasks(String serviceName);

  /** The tasks that are wanted to run and whose containers carry all these labels, on any node. */
  List<TaskInfo> tasks(Map<String, String> labels);

  // ---- containers, on this node only

  /** State, exit code, health and addresses of a container, by id or name. */
  Optional<ContainerInfo> container(String id);

  /** All containers on this node that carry all these labels, ended ones included. */
  List<ContainerSummary> containers(Map<String, String> labels);

  /**
   * Asks a container to end, kills it after the grace, and returns when it has ended. A container
   * that is gone or not running is success.
   *
   * <p>Swarm itself waits two seconds before it stops a task, for the name service to settle: a
   * service scaled to 0 first and then stopped here is down that much earlier.
   */
  void stopContainer(String id, Duration grace);

  /**
   * Makes every process of a container stand still, until {@link #unpauseContainer} or its end. One
   * that stands still already is success.
   *
   * @throws DockerProblem.NotFound when there is no such container
   * @throws DockerProblem.Conflict when it does not run
   */
  void pauseContainer(String id);

  /** Lets a paused container go on. One that is not paused, or gone, is success. */
  void unpauseContainer(String id);

  /** Kills and removes a container with its anonymous volumes. A missing one is success. */
  void removeContainer(String id);

  /**
   * Streams what a container printed. Frames are handed over on a thread of the returned follow;
   * the engine waits while the handler works, so nothing is buffered beyond 64 KiB.
   *
   * @throws DockerProblem.NotFound when there is no such container
   */
  Follow logs(String containerId, LogRequest request, OutputHandler handler);

  /**
   * Runs a command in a running container and waits for its end.
   *
   * @param output gets what it prints, on the calling thread
   * @return the exit code
   * @throws DockerProblem.TimedOut when it has not ended in time; the command may still run then
   */
  int exec(String containerId, List<String> command, Duration timeout, OutputHandler output);

  /**
   * One reading of a container's counters; empty when it does not run. Takes no sampling second.
   */
  Optional<ContainerStats> stats(String containerId);

  // ---- volumes

  /** Makes a local volume of this name with these labels unless it is there. */
  VolumeInfo ensureVolume(String name, Map<String, String> labels);

  /**
   * Removes a volume and what is in it. A missing one is success.
   *
   * @throws DockerProblem.Conflict when a container still uses it
   */
  void removeVolume(String name);

  /** The volumes that carry all these labels. */
  List<VolumeInfo> volumes(Map<String, String> labels);

  // ---- the engine as a whole

  /**
   * Follows what happens to containers that carry all these labels. The follow ends when the engine
   * goes away: the caller starts a new one with {@code sinceNanos} of the last event and re-reads
   * what it cares about.
   *
   * @param sinceNanos nanoseconds since 1970 from which to repeat past events, or 0 for new ones
   *     only
   */
  Follow events(Map<String, String> labels, long sinceNanos, Consumer<EngineEvent> handler);

  /** What images, containers, volumes and build cache take. May take seconds on a full disk. */
  DiskUsage diskUsage();

  /**
   * What the build cache takes, everybody's; without the minutes that counting volumes may take.
   */
  long buildCacheBytes();

  /**
   * Removes build cache that no build uses, <b>everybody's</b>: its records carry no label. So only
   * for an engine that its owner has declared to be ours alone.
   *
   * @param unusedFor what was used within this time stays
   * @param keepBytes of what is left, the least recently used go until no more than this remains
   * @return the bytes given back
   */
  long pruneBuildCache(Duration unusedFor, long keepBytes);

  /** Ends every follow, closes every program, and gives the connections back. */
  @Override
  void close();
}
