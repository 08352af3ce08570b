package dev.slipway.platform.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One archive on its way into a sink; links wait for the end. */
final class Reading {
  private static final String TYPE_REMEDY =
      "Leave it out; applications are built from files, folders and links.";

  private final Names names;
  private final Meter meter;
  private final Sink sink;
  private final Map<String, String> links = new LinkedHashMap<>();
  private int files;
  private final int most;
  private int entries;

  Reading(ArchiveLimits limits, long archiveBytes, Sink sink) {
    this.names = new Names(limits);
    this.meter = new Meter(limits, archiveBytes);
    this.sink = sink;
    this.most = limits.entries();
  }

  Meter meter() {
    return meter;
  }

  /** One entry more, of whatever kind. */
  void next() throws IOException {
    meter.goOn();
    if (++entries > most) {
      throw Refusals.tooLarge("more than " + most + " files and folders");
    }
  }

  void folder(String name) throws IOException {
    var path = names.admit(name, true);
    if (!path.isEmpty()) {
      sink.folder(path);
    }
  }

  void file(String name, InputStream content, boolean executable) throws IOException {
    var path = names.admit(name, false);
    if (name.endsWith("/")) {
      throw Refusals.kind(name, "a file with the name of a folder", TYPE_REMEDY);
    }
    if (path.isEmpty()) {
      Sink.NOWHERE.file(name, content, false, meter);
      return;
    }
    sink.file(path, content, executable, meter);
    files++;
  }

  void link(String name, String target) {
    var path = names.admit(name, false);
    if (path.isEmpty()) {
      return;
    }
    if (!Links.stayInside(path, target)) {
      throw Refusals.path(name, "is a link that leads out of the archive");
    }
    links.put(path, target);
    files++;
  }

  /** A link whose target is the content of its entry. */
  void link(String name, InputStream target) throws IOException {
    var text = target.readNBytes(Links.LONGEST * 4);
    link(name, new String(text, StandardCharsets.UTF_8));
  }

  void hardLink(String name) {
    throw Refusals.kind(
        name, "a hard link", "Pack copies instead: tar --hard-dereference, or `git archive`.");
  }

  void other(String name) {
    throw Refusals.kind(name, "a device, a pipe, a socket or a sparse file", TYPE_REMEDY);
  }

  /** Makes the links and tells what came. */
  Unpacked end() throws IOException {
    for (var link : links.entrySet()) {
      sink.link(link.getKey(), link.getValue());
    }
    if (files == 0) {
      throw Refusals.unreadable("it holds no file", null);
    }
    return new Unpacked(files, meter.bytes());
  }
}
