package dev.slipway.backup.destination;

import dev.slipway.backup.destination.DestinationConfig.Sftp;
import dev.slipway.platform.net.AddressGuard;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory on an SFTP server. A write goes to a file of another name, is read back and compared,
 * and renamed then.
 */
final class SftpDestination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(SftpDestination.class);
  private static final int BUFFER = 256 << 10;
  private static final int DEEPEST = 32;
  private static final int FOR_US = 0600;

  private final Sftp config;
  private final SftpFailures failures;
  private final SftpConnection connection;

  SftpDestination(Sftp config, AddressGuard guard) {
    this(config, guard, Patience.DEFAULT);
  }

  SftpDestination(Sftp config, AddressGuard guard, Patience patience) {
    this.config = config;
    failures = new SftpFailures(config.host() + ":" + config.port());
    connection = new SftpConnection(config, guard, patience, failures);
  }

  @Override
  public Stored write(String key, InputStream content) {
    var path = path(key);
    var source = new Content(content);
    return asking(sftp -> {
      prepare(sftp, key);
      removeUnfinished(sftp, path);
      var part = beginning(path) + UUID.randomUUID() + ".part";
      try {
        fill(sftp, part, source);
        var sha256 = source.sha256();
        prove(sftp, key, part, source.size(), sha256);
        SftpRename.replacing(sftp, part, path);
        var at = sftp.stat(path).getModifyTime().toInstant();
        return new Stored(key, source.size(), Optional.of(sha256), at);
      } catch (IOException | RuntimeException e) {
        removeAfter(sftp, part, e);
        throw e;
      }
    });
  }

  private void fill(SftpClient sftp, String part, Content source) throws IOException {
    var how = EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Exclusive);
    try (var out = sftp.write(part, how)) {
      sftp.setStat(part, new Attributes().perms(FOR_US));
      byte[] buffer = new byte[BUFFER];
      int read;
      do {
        read = source.read(buffer, buffer.length);
        out.write(buffer, 0, read);
      } while (read == buffer.length);
    } catch (IOException e) {
      // OpenSSH tells a full disk as a failure like any other
      if (SftpSpace.isFull(sftp, config.directory())) {
        throw failures.full(e);
      }
      throw e;
    }
  }

  private static void prove(SftpClient sftp, String key, String part, long size, String sha256)
      throws IOException {
    long there = sftp.stat(part).getSize();
    if (there != size) {
      throw Failures.mismatch(key, "it has " + there + " bytes and not " + size);
    }
    var sum = Content.digest("SHA-256");
    byte[] buffer = new byte[BUFFER];
    try (var in = sftp.read(part)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sum.update(buffer, 0, read);
      }
    }
    if (!HexFormat.of().formatHex(sum.digest()).equals(sha256)) {
      throw Failures.mismatch(key, "it reads back differently");
    }
  }

  @Override
  public InputStream read(String key, long from, long length) {
    var path = path(key);
    try {
      var sftp = connection.open();
      try {
        var there = file(sftp, path);
        if (there == null) {
          throw Failures.missing(key);
        }
        long count = Part.length(there.getSize(), from, length);
        var bytes = sftp.read(path);
        bytes.skip(from); // before the first read this only says where to begin
        return new Part(key, closing(bytes, sftp), count, failures::of);
      } catch (IOException | RuntimeException e) {
        sftp.close();
        throw e;
      }
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  private static InputStream closing(InputStream bytes, SftpClient sftp) {
    return new FilterInputStream(bytes) {
      @Override
      public void close() {
        try (sftp) {
          super.close();
        } catch (IOException e) {
          LOG.debug("The connection of a read that was over had broken", e);
        }
      }
    };
  }

  @Override
  public Optional<Stored> look(String key) {
    var path = path(key);
    return asking(sftp -> Optional.ofNullable(file(sftp, path)).map(there -> stored(key, there)));
  }

  private @Nullable Attributes file(SftpClient sftp, String path) throws IOException {
    var there = attributes(sftp, path);
    if (there == null) {
      requireDirectory(sftp);
    }
    return there != null && there.isRegularFile() ? there : null;
  }

  private static @Nullable Attributes attributes(SftpClient sftp, String path) throws IOException {
    try {
      return sftp.lstat(path);
    } catch (IOException e) {
      if (SftpFailures.isMissing(e)) {
        return null;
      }
      throw e;
    }
  }

  private void requireDirectory(SftpClient sftp) throws IOException {
    try {
      if (sftp.stat(config.directory()).isDirectory()) {
        return;
      }
    } catch (IOException e) {
      if (!SftpFailures.isMissing(e)) {
        throw e;
      }
    }
    throw failures.noDirectory(config.directory());
  }

  @Override
  public List<Stored> list(String prefix) {
    var found = new ArrayList<Stored>();
    asking(sftp -> {
      requireDirectory(sftp);
      list(sftp, "", prefix, found, DEEPEST);
      return found;
    });
    found.sort(Comparator.comparing(Stored::key));
    return List.copyOf(found);
  }

  private void list(SftpClient sftp, String folder, String prefix, List<Stored> found, int deep)
      throws IOException {
    var deeper = new ArrayList<String>();
    forEach(
        sftp,
        config.directory() + "/" + folder,
        entry -> {
          var name = entry.getFilename();
          var key = folder + name;
          var attributes = entry.getAttributes();
          if (name.startsWith(".") || name.contains("/")) {
            return;
          }
          if (attributes.isDirectory() && deep > 0 && mayHold(key + "/", prefix)) {
            deeper.add(key + "/");
          } else if (attributes.isRegularFile() && key.startsWith(prefix)) {
            found.add(stored(key, attributes));
          }
          if (found.size() + deeper.size() > MOST_LISTED) {
            throw Failures.tooMany();
          }
        });
    for (var next : deeper) {
      list(sftp, next, prefix, found, deep - 1);
    }
  }

  private interface EntryReader {
    void read(SftpClient.DirEntry entry) throws IOException;
  }

  /** Entries of a directory as they come; none of one that is not there. */
  private static void forEach(SftpClient sftp, String folder, EntryReader reader)
      throws IOException {
    try (var handle = sftp.openDir(folder)) {
      for (var page = sftp.readDir(handle); page != null; page = sftp.readDir(handle)) {
        for (var entry : page) {
          reader.read(entry);
        }
      }
    } catch (IOException e) {
      if (!SftpFailures.isMissing(e)) {
        throw e;
      }
    }
  }

  private static boolean mayHold(String folder, String prefix) {
    return folder.startsWith(prefix) || prefix.startsWith(folder);
  }

  @Override
  public void remove(String key) {
    var path = path(key);
    asking(sftp -> {
      removeUnfinished(sftp, path);
      removeIfThere(sftp, path);
      return key;
    });
  }

  private static void removeIfThere(SftpClient sftp, String path) throws IOException {
    try {
      sftp.remove(path);
    } catch (IOException e) {
      if (!SftpFailures.isMissing(e)) {
        throw e;
      }
    }
  }

  private static void removeAfter(SftpClient sftp, String part, Exception reason) {
    try {
      removeIfThere(sftp, part);
    } catch (IOException e) {
      reason.addSuppressed(e); // the next write or removal of this key tries again
    }
  }

  private static void removeUnfinished(SftpClient sftp, String path) throws IOException {
    var folder = path.substring(0, path.lastIndexOf('/') + 1);
    var beginning = beginning(path).substring(folder.length());
    forEach(
        sftp,
        folder,
        entry -> {
          var name = entry.getFilename();
          if (name.startsWith(beginning)
              && name.endsWith(".part")
              && name.length() == beginning.length() + 36 + 5) {
            removeIfThere(sftp, folder + name);
          }
        });
  }

  /** What the names of a file's unfinished writes begin with. */
  private static String beginning(String path) {
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + "." + path.substring(name) + ".";
  }

  /** Makes the directories of a key, and never the one of the destination: it may be a mount. */
  private void prepare(SftpClient sftp, String key) throws IOException {
    requireDirectory(sftp);
    for (int end = key.indexOf('/'); end > 0; end = key.indexOf('/', end + 1)) {
      var folder = config.directory() + "/" + key.substring(0, end);
      if (attributes(sftp, folder) == null) {
        try {
          sftp.mkdir(folder);
        } catch (IOException e) {
          var there = attributes(sftp, folder); // another write was first
          if (there == null || !there.isDirectory()) {
            throw e;
          }
        }
      }
    }
  }

  @Override
  public void check() {
    ConnectionTest.run(this);
  }

  @Override
  public void close() {
    connection.close();
  }

  private String path(String key) {
    return config.directory() + "/" + Fields.key(key);
  }

  private static Stored stored(String key, Attributes there) {
    var at = there.getModifyTime() == null ? Instant.EPOCH : there.getModifyTime().toInstant();
    return new Stored(key, there.getSize(), Optional.empty(), at);
  }

  private interface Asking<T> {
    T of(SftpClient sftp) throws IOException;
  }

  private <T> T asking(Asking<T> question) {
    try (var sftp = connection.open()) {
      return question.of(sftp);
    } catch (IOException e) {
      throw failures.of(e);
    }
  }
}
