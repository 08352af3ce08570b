package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Looks for canaries as they are, in hexadecimal digits and in base64. */
final class Search {
  private static final int PIECE = 4 << 20;

  private final List<String> forms = new ArrayList<>();
  private final List<String> hits = new ArrayList<>();
  private final int longest;
  private long bytes;

  Search(List<String> canaries) {
    for (String canary : canaries) {
      byte[] raw = canary.getBytes(StandardCharsets.UTF_8);
      forms.add(canary);
      forms.add(HexFormat.of().formatHex(raw));
      for (int shift = 0; shift < 3; shift++) {
        forms.add(base64(raw, shift));
      }
    }
    longest = forms.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Base64 depends on where in its groups of three a text begins; its ends belong to others. */
  private static String base64(byte[] raw, int shift) {
    byte[] moved = new byte[raw.length + shift];
    System.arraycopy(raw, 0, moved, shift, raw.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(moved);
    return text.substring(shift == 0 ? 0 : 4, text.length() - 2);
  }

  void text(String where, String text) {
    bytes += text.length();
    for (String form : forms) {
      int at = text.indexOf(form);
      if (at >= 0) {
        hits.add(where + ": …" + text.substring(Math.max(0, at - 60), at));
      }
    }
  }

  /** A file, or all files below a folder. */
  void files(String where, Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        file(where + " " + root.relativize(path), path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void file(String where, Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      byte[] piece = new byte[PIECE];
      var in = java.nio.channels.Channels.newInputStream(channel);
      int kept = 0;
      for (int read = in.read(piece, 0, PIECE); read > 0; ) {
        int length = kept + read;
        text(where, new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        kept = Math.min(longest, length);
        System.arraycopy(piece, length - kept, piece, 0, kept);
        read = in.read(piece, kept, PIECE - kept);
      }
    } catch (NoSuchFileException gone) {
      return; // it was removed while we looked
    }
  }

  List<String> hits() {
    return List.copyOf(hits);
  }

  long megabytes() {
    return bytes >> 20;
  }
}
