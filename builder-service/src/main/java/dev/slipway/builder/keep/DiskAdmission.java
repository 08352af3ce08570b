package dev.slipway.builder.keep;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.EngineInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to begin what would fill a disk: a full one harms every application on the host. Room is
 * made first, and only when that was not enough is the build refused, with the figures.
 */
public final class DiskAdmission {
  private static final int NEAR = 2;

  private final Path data;
  private final long bytesPerBuild;
  private final long inodesPerBuild;
  private final Room room;

  /** Who can make room. */
  public interface Room {
    /** Asks for a collection and does not wait. */
    void wish();

    /** Waits, bounded, until a collection that began now is done. */
    void make() throws IOException;
  }

  public DiskAdmission(Path data, long bytesPerBuild, long inodesPerBuild, Room room) {
    this.data = data;
    this.bytesPerBuild = bytesPerBuild;
    this.inodesPerBuild = inodesPerBuild;
    this.room = room;
  }

  /**
   * Returns when there is room for one more build.
   *
   * @param atWork builds at work here, this one included: each may still take its reserve
   * @param told hears what a person who waits should know
   * @throws Problem {@code disk_full} with the figures
   */
  public void admit(EngineInfo engine, int atWork, Consumer<String> told) throws IOException {
    int builds = Math.max(1, atWork);
    Problem tooFull = refusal(engine, builds);
    if (tooFull == null) {
      if (refusal(engine, builds * NEAR) != null) {
        room.wish();
      }
      return;
    }
    told.accept(tooFull.getMessage() + " Making room first.");
    room.make();
    Problem stillTooFull = refusal(engine, builds);
    if (stillTooFull != null) {
      throw stillTooFull;
    }
    told.accept("There is room now.");
  }

  private @Nullable Problem refusal(EngineInfo engine, int builds) throws IOException {
    for (var disk : disks(engine)) {
      if (disk.freeBytes() < bytesPerBuild * builds) {
        return tooFull(
            disk, "%,d MB".formatted(disk.freeBytes() >> 20), bytesPerBuild >> 20, "MB", builds);
      }
      if (disk.freeInodes() >= 0 && disk.freeInodes() < inodesPerBuild * builds) {
        return tooFull(
            disk, "%,d inodes".formatted(disk.freeInodes()), inodesPerBuild, "inodes", builds);
      }
    }
    return null;
  }

  /** Every disk a build or its record ends up on; the same one may be named twice. */
  private List<Disk> disks(EngineInfo engine) throws IOException {
    Files.createDirectories(data);
    var disks = new ArrayList<Disk>();
    disks.add(Disk.at("the data directory's disk", data));
    var postgres = data.resolve("postgres");
    if (Files.isDirectory(postgres)) {
      disks.add(Disk.at("PostgreSQL's disk", postgres));
    }
    if (engine.freeBytes() >= 0) {
      disks.add(Disk.of("the Docker engine's disk", engine));
    }
    return disks;
  }

  private static Problem tooFull(Disk disk, String free, long each, String unit, int builds) {
    var needed =
        builds == 1
            ? "a build needs %,d %s".formatted(each, unit)
            : "the %d builds at work need %,d %s, %,d each"
                .formatted(builds, each * builds, unit, each);
    return Problem.failed(
        "disk_full",
        "Only %s are free on %s; %s.".formatted(free, disk.name(), needed),
        "Free space there (`docker system df` and GET /api/housekeeping show what takes it), or lower "
            + (unit.equals("MB") ? "SLIPWAY_BUILD_FREE_SPACE." : "SLIPWAY_BUILD_FREE_INODES."));
  }
}
