package dev.slipway.docker;

/**
 * Programs that run once with their standard streams in our hands: dumps, restores, copies of a
 * volume. Every byte they print from their first on is in {@link Program#stdout()}.
 *
 * <p>Programs work on every engine, manager or not, and see what its containers see: overlay
 * networks by name, volumes of this node.
 *
 * <p><b>When this process dies</b>, its programs see the end of their input and go on, and what
 * they print is lost. Hence two duties of the caller: a program that takes the end of its input for
 * consent (a client that commits then) must be given the consent as the last bytes of its input
 * instead; and containers left over are found by their labels with {@link
 * DockerEngine#containers(java.util.Map)} and removed with {@link DockerEngine#removeContainer}.
 */
public interface Programs {

  /**
   * Runs a program in a container of its own, which is removed when the program has ended or is
   * closed. Nothing it prints is written to the engine's disk. A command that is not in the image
   * is exit code 127.
   *
   * @throws DockerProblem.Conflict when the name is taken
   * @throws DockerProblem.ImageMissing when the engine does not have the image: pull it first
   * @throws DockerProblem.NotFound when a network does not exist
   * @throws DockerProblem.Refused when the engine names a wrong value
   */
  Program run(ProgramSpec spec);

  /**
   * Runs a program inside a running container of this node, and leaves the container as it is.
   *
   * <p>A command that is not in the container is exit code 126 or 127.
   *
   * @throws DockerProblem.NotFound when there is no such container
   * @throws DockerProblem.Conflict when it does not run
   */
  Program exec(String containerId, ExecSpec spec);
}
