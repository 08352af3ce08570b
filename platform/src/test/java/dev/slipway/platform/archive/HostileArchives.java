package dev.slipway.platform.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.jspecify.annotations.Nullable;

/** Writes archives, honest and not, as their authors would. */
final class HostileArchives {
  static final int MEGABYTE = 1 << 20;

  private HostileArchives() {}

  /** What is put into a tar. */
  interface Content {
    void to(TarArchiveOutputStream tar) throws IOException;
  }

  /** What is put into a zip. */
  interface Zipped {
    void to(ZipArchiveOutputStream zip) throws IOException;
  }

  static Path tar(Path file, Content content) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      tar(out, content);
    }
    return file;
  }

  static Path tarGz(Path file, Content content) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      tar(out, content);
    }
    return file;
  }

  private static void tar(OutputStream out, Content content) throws IOException {
    try (var tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      content.to(tar);
    }
  }

  static Path zip(Path file, Zipped content) throws IOException {
    try (var zip = new ZipArchiveOutputStream(file)) {
      zip.setCreateUnicodeExtraFields(ZipArchiveOutputStream.UnicodeExtraFieldPolicy.NEVER);
      content.to(zip);
    }
    return file;
  }

  /** A tar's entry; names are written as they are, absolute ones too. */
  static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
    put(tar, new TarArchiveEntry(name, true), text, 0100644);
  }

  static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String text, int mode)
      throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /** An entry without content: a link, a device, a pipe. */
  static void special(TarArchiveOutputStream tar, String name, byte kind, @Nullable String target)
      throws IOException {
    var entry = new TarArchiveEntry(name, kind, true);
    if (target != null) {
      entry.setLinkName(target);
    }
    if (kind == TarConstants.LF_CHR || kind == TarConstants.LF_BLK) {
      entry.setDevMajor(1);
      entry.setDevMinor(3);
    }
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  static void put(ZipArchiveOutputStream zip, String name, String text, int mode)
      throws IOException {
    var entry = new ZipArchiveEntry(name);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  /** So many megabytes of zeros in a tar.gz of a thousandth: one piece, packed once, repeated. */
  static Path gzipBomb(Path file, int megabytes) throws IOException {
    int piece = 64;
    var zeros = new byte[MEGABYTE];
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < piece; i++) {
        gzip.write(zeros);
      }
    }
    var header = new byte[512];
    var entry = new TarArchiveEntry("zeros");
    entry.setSize((long) megabytes * MEGABYTE);
    entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
    try (var out = Files.newOutputStream(file)) {
      var first = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(first)) {
        gzip.write(header);
      }
      out.write(first.toByteArray());
      for (int i = 0; i < megabytes / piece; i++) {
        out.write(packed.toByteArray()); // members of a gzip follow each other
      }
    }
    return file;
  }

  /** So many empty files in a tar.gz: ten thousand, packed once, repeated with their names. */
  static Path gzipOfFiles(Path file, int files) throws IOException {
    int piece = 10_000;
    var unpacked = new ByteArrayOutputStream();
    var end = new AtomicLong();
    tar(
        unpacked,
        tar -> {
          for (int i = 0; i < piece; i++) {
            put(tar, "f" + i, "");
          }
          end.set(tar.getBytesWritten());
        });
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      // without the tar's end: nobody would read on behind it
      gzip.write(unpacked.toByteArray(), 0, Math.toIntExact(end.get()));
    }
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < files / piece; i++) {
        out.write(packed.toByteArray());
      }
    }
    return file;
  }

  /** So many megabytes in files of 64, each of which says that it is as large. */
  static Path zipBomb(Path file, int megabytes) throws IOException {
    int piece = 64;
    var packed = deflated(piece);
    long checksum = checksum(piece);
    return zip(
        file,
        zip -> {
          for (int i = 0; i < megabytes / piece; i++) {
            var entry = new ZipArchiveEntry("zeros-" + i);
            entry.setMethod(ZipMethod.DEFLATED.getCode());
            entry.setSize((long) piece * MEGABYTE);
            entry.setCompressedSize(packed.length);
            entry.setCrc(checksum);
            zip.addRawArchiveEntry(entry, new java.io.ByteArrayInputStream(packed));
          }
        });
  }

  /** One file that says it has ten bytes and has so many megabytes. */
  static Path lyingZip(Path file, int megabytes) throws IOException {
    var packed = deflated(megabytes);
    return zip(
        file,
        zip -> {
          var entry = new ZipArchiveEntry("ten-bytes");
          entry.setMethod(ZipMethod.DEFLATED.getCode());
          entry.setSize(10);
          entry.setCompressedSize(packed.length);
          entry.setCrc(0);
          zip.addRawArchiveEntry(entry, new java.io.ByteArrayInputStream(packed));
        });
  }

  private static byte[] deflated(int megabytes) {
    var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    var out = new ByteArrayOutputStream();
    var zeros = new byte[MEGABYTE];
    var buffer = new byte[MEGABYTE];
    for (int i = 0; i < megabytes; i++) {
      deflater.setInput(zeros);
      while (!deflater.needsInput()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static long checksum(int megabytes) {
    var checksum = new CRC32();
    var zeros = new byte[MEGABYTE];
    for (int i = 0; i < megabytes; i++) {
      checksum.update(zeros);
    }
    return checksum.getValue();
  }
}
