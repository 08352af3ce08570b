package dev.slipway.platform.pg;

import dev.slipway.platform.boot.SetupFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to run a program that refuses to be root. Anybody else runs it as themselves. For root the
 * ways are tried in order of the rights they leave:
 *
 * <ol>
 *   <li>{@code setpriv} to an unprivileged user: needs a folder that user can reach;
 *   <li>the same with the one right to pass closed folders ({@code CAP_DAC_READ_SEARCH}): data
 *       below {@code /root};
 *   <li>{@code unshare --user}: where containers take that right away. The files stay root's.
 * </ol>
 *
 * @param prefix what to put before the command
 * @param owner the user id that must own the files, as the host sees it
 */
record Unprivileged(List<String> prefix, int owner) {
  private static final Logger LOG = LoggerFactory.getLogger(Unprivileged.class);
  private static final List<String> USERS = List.of("postgres", "nobody");

  /** Finds the first way in which {@code program --version} works inside {@code folder}. */
  static Unprivileged toRun(Path program, Path folder) {
    int self = uidOf(Path.of("/proc/self/status"));
    if (self != 0) {
      return new Unprivileged(List.of(), self);
    }
    for (Unprivileged way : waysForRoot()) {
      List<String> probe = new ArrayList<>(way.prefix);
      String script = "cd \"$1\" && exec \"$2\" --version";
      probe.addAll(List.of("sh", "-c", script, "sh", folder.toString(), program.toString()));
      if (works(probe)) {
        LOG.debug("PostgreSQL runs through {}", way.prefix);
        return way;
      }
    }
    throw new SetupFailure(
        "PostgreSQL refuses to run as root and neither setpriv nor unshare works here: start Slipway as another"
            + " user, or name a PostgreSQL of your own with SLIPWAY_DATABASE_URL.");
  }

  private static List<Unprivileged> waysForRoot() {
    String[] user = firstKnownUser();
    List<String> plain =
        List.of("setpriv", "--reuid", user[0], "--regid", user[1], "--clear-groups");
    List<String> passing = new ArrayList<>(plain);
    passing.addAll(
        List.of(
            "--inh-caps",
            "-all,+dac_read_search",
            "--ambient-caps",
            "-all,+dac_read_search",
            "--securebits",
            "+no_setuid_fixup"));
    int uid = Integer.parseInt(user[0]);
    return List.of(
        new Unprivileged(plain, uid),
        new Unprivileged(List.copyOf(passing), uid),
        new Unprivileged(List.of("unshare", "--user"), 0));
  }

  /**
   * User and group id, from the system's list; {@code nobody} of Debian when that cannot be read.
   */
  private static String[] firstKnownUser() {
    try {
      List<String> known = Files.readAllLines(Path.of("/etc/passwd"));
      for (String user : USERS) {
        for (String line : known) {
          if (line.startsWith(user + ":")) {
            String[] fields = line.split(":", -1);
            return new String[] {fields[2], fields[3]};
          }
        }
      }
    } catch (IOException e) {
      LOG.warn("The system's users cannot be read", e);
    }
    return new String[] {"65534", "65534"};
  }

  private static boolean works(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives the folder and everything in it to the owner, when it is not theirs yet. */
  void give(Path folder) throws IOException {
    if (uidOf(folder) == owner) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            // The folder itself last: a kill in the middle is repaired by the next start.
            Files.setAttribute(done, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static int uidOf(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Cannot see who owns " + path, e);
    }
  }
}
