package dev.slipway.backup.run;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * What tar does with a volume of flat files, as far as a backup sees it. While a scratch container
 * lives, it works on what is in that.
 */
public final class PretendVolume implements MemoryProgram {
  private final MemoryEngine engine;
  private volatile SortedMap<String, String> held = new TreeMap<>(Map.of("one", "1", "two", "22"));
  private volatile SortedMap<String, String> scratch = new TreeMap<>();
  private volatile String installation = "none";
  private volatile long free = 1 << 30;
  private volatile String disk = "overlay 9 5";

  public PretendVolume(MemoryEngine engine) {
    this.engine = engine;
  }

  /** Whose containers tell whether a scratch folder is there. */
  public void serve(Stand stand) {
    installation = stand.installation;
  }

  /** What is in the volume from now on. */
  public void hold(Map<String, String> files) {
    held = new TreeMap<>(files);
  }

  /** How many kilobytes are free on the disk from now on. */
  public void free(long kilobytes) {
    free = kilobytes;
  }

  /** What kind of disk it is, in the words of {@code df}: type, blocks and used ones. */
  public void disk(String words) {
    disk = words;
  }

  public Map<String, String> held() {
    return held;
  }

  @Override
  public int run(
      List<String> command,
      Map<String, String> env,
      InputStream in,
      OutputStream out,
      OutputStream err)
      throws Exception {
    return switch (command.getFirst()) {
      case "sleep" -> sleep();
      case "df" ->
          print(
              out,
              "Filesystem Type 1024-blocks Used Available Capacity Mounted on\ndata %s %d 90%% /volume\n"
                  .formatted(disk, free));
      case "du" -> print(out, "4\t/volume\n");
      case "mkdir" -> keep(true, new TreeMap<>());
      case "find" -> keep(false, new TreeMap<>());
      case "tar" -> tar(command, in, out);
      default -> 127;
    };
  }

  private static int print(OutputStream out, String words) throws IOException {
    out.write(words.getBytes(StandardCharsets.UTF_8));
    return 0;
  }

  private static int sleep() throws InterruptedException {
    new CountDownLatch(1).await(); // until it is killed
    return 0;
  }

  private int tar(List<String> command, InputStream in, OutputStream out) throws IOException {
    boolean inScratch = inScratch();
    if (command.contains("--version")) {
      out.write("tar (GNU tar) 1.35\n".getBytes(StandardCharsets.UTF_8));
      return 0;
    }
    return command.contains("--create")
        ? write(inScratch ? scratch : held, out)
        : keep(inScratch, read(in));
  }

  private boolean inScratch() {
    return engine.containers(Map.of("dev.slipway.installation", installation)).stream()
        .anyMatch(container ->
            container.name().endsWith("-scratch")
                && container.state() == ContainerInfo.State.RUNNING);
  }

  private int keep(boolean inScratch, SortedMap<String, String> files) {
    if (inScratch) {
      scratch = files;
    } else {
      held = files;
    }
    return 0;
  }

  private static int write(SortedMap<String, String> files, OutputStream out) throws IOException {
    try (var tar = new TarArchiveOutputStream(out)) {
      var root = new TarArchiveEntry("./");
      root.setModTime(0);
      tar.putArchiveEntry(root);
      tar.closeArchiveEntry();
      for (var file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry("./" + file.getKey());
        entry.setSize(content.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return 0;
  }

  private static SortedMap<String, String> read(InputStream in) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    var tar = new TarArchiveInputStream(in);
    for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (entry.isFile()) {
        files.put(
            entry.getName().substring(2), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    in.transferTo(OutputStream.nullOutputStream());
    return files;
  }
}
