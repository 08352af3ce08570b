package dev.slipway.docker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects what is printed, a text per frame. */
public final class Printed implements OutputHandler {
  private final List<String> stdout = new CopyOnWriteArrayList<>();
  private final List<String> stderr = new CopyOnWriteArrayList<>();

  @Override
  public void frame(OutputKind kind, byte[] bytes, int offset, int length) {
    var text = new String(bytes, offset, length, StandardCharsets.UTF_8).stripTrailing();
    (kind == OutputKind.STDOUT ? stdout : stderr).add(text);
  }

  public List<String> stdout() {
    return stdout;
  }

  public List<String> stderr() {
    return stderr;
  }
}
