package dev.slipway.platform.pg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** One migration file of the class path. Its name without the folder is its identity. */
record SqlFile(String name, String sql, String checksum) {

  /** Reads the files of each location, sorted by name, locations in the order given. */
  static List<SqlFile> readAll(List<String> locations) {
    List<SqlFile> all = new ArrayList<>();
    for (String location : locations) {
      all.addAll(readLocation(location));
    }
    return all;
  }

  private static List<SqlFile> readLocation(String location) {
    Map<String, SqlFile> byName = new TreeMap<>();
    try {
      for (URL url : Collections.list(loader().getResources(location))) {
        readFolder(url, location, byName);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The migrations of " + location + " cannot be read", e);
    }
    return List.copyOf(byName.values());
  }

  private static void readFolder(URL url, String location, Map<String, SqlFile> byName)
      throws IOException {
    URI uri = uri(url);
    if (!"jar".equals(uri.getScheme())) {
      readFolder(Path.of(uri), byName);
      return;
    }
    String text = uri.toString();
    URI jar = URI.create(text.substring("jar:".length(), text.indexOf("!/")));
    readJar(Path.of(jar), location + "/", byName);
  }

  /**
   * Not as a file system: opening the first of those loads every kind that some library brings
   * along, half a second of classes that are never used.
   */
  private static void readJar(Path jar, String folder, Map<String, SqlFile> byName)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (name.startsWith(folder) && name.indexOf('/', folder.length()) < 0) {
          try (InputStream in = zip.getInputStream(entry)) {
            keep(name.substring(folder.length()), in.readAllBytes(), byName);
          }
        }
      }
    }
  }

  private static void readFolder(Path folder, Map<String, SqlFile> byName) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        keep(String.valueOf(file.getFileName()), Files.readAllBytes(file), byName);
      }
    }
  }

  private static void keep(String name, byte[] content, Map<String, SqlFile> byName) {
    if (name.endsWith(".sql")) {
      String sql = new String(content, StandardCharsets.UTF_8);
      byName.put(name, new SqlFile(name, sql, sha256(sql)));
    }
  }

  private static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context != null ? context : ClassLoader.getSystemClassLoader();
  }

  private static URI uri(URL url) {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Not a class path location: " + url, e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
