package dev.slipway.ingress.routes;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.contracts.route.RouteTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good table on disk: {@code routes/current.json}, and {@code previous.json} for when the
 * machine stopped at a bad moment. One line of JSON, then {@code crc32c:} and its checksum; a file
 * written by hand may leave the checksum out. Methods block: call them off the event loop.
 */
public final class RouteFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
  private static final String CHECKSUM = "crc32c:";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path current;
  private final Path previous;
  private final Path temporary;
  private final List<String> damaged = new ArrayList<>();
  private boolean currentIsGood;

  public RouteFiles(Path folder) {
    this.current = folder.resolve("current.json");
    this.previous = folder.resolve("previous.json");
    this.temporary = folder.resolve("current.json.new");
  }

  /** The newest readable copy; empty when there is none. Damage is reported, never thrown. */
  public synchronized Optional<RouteTable> load() {
    damaged.clear();
    Optional<RouteTable> newest = read(current);
    currentIsGood = newest.isPresent();
    return currentIsGood ? newest : read(previous);
  }

  /** The copies that {@link #load} passed over and that no good one has replaced since. */
  public synchronized List<String> damaged() {
    return List.copyOf(damaged);
  }

  private Optional<RouteTable> read(Path file) {
    try {
      return Optional.of(decode(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      LOG.error("{} is damaged and was passed over: {}", file, e.getMessage());
      damaged.add(file.getFileName().toString());
      return Optional.empty();
    }
  }

  private static RouteTable decode(String text) throws IOException {
    int mark = text.lastIndexOf(CHECKSUM);
    if (mark < 0) {
      return JSON.readValue(text, RouteTable.class);
    }
    String json = text.substring(0, mark);
    if (!text.substring(mark).strip().equals(checksum(json))) {
      throw new IOException("its checksum does not match");
    }
    return JSON.readValue(json, RouteTable.class);
  }

  /**
   * Makes this table the current copy and the one before it the previous. When the machine stops at
   * any moment, one of the two is whole.
   */
  public synchronized void save(RouteTable table) throws IOException {
    Path folder = current.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    write(temporary, encode(table));
    // A damaged copy must not take the place of the good one before it.
    if (currentIsGood && Files.exists(current)) {
      Files.move(current, previous, ATOMIC_MOVE, REPLACE_EXISTING);
    }
    Files.move(temporary, current, ATOMIC_MOVE, REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
    currentIsGood = true;
    damaged.clear();
  }

  private static String encode(RouteTable table) throws JsonProcessingException {
    String json = JSON.writeValueAsString(table) + "\n";
    return json + checksum(json) + "\n";
  }

  private static String checksum(String json) {
    CRC32C sum = new CRC32C();
    sum.update(json.getBytes(StandardCharsets.UTF_8));
    return CHECKSUM + "%08x".formatted(sum.getValue());
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
