package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A destination that does one thing otherwise. */
class Disguise implements Destination {
  private final Destination there;

  Disguise(Destination there) {
    this.there = there;
  }

  @Override
  public Stored write(String key, InputStream content) {
    return there.write(key, content);
  }

  @Override
  public InputStream read(String key, long from, long length) {
    return there.read(key, from, length);
  }

  @Override
  public Optional<Stored> look(String key) {
    return there.look(key);
  }

  @Override
  public List<Stored> list(String prefix) {
    return there.list(prefix);
  }

  @Override
  public void remove(String key) {
    there.remove(key);
  }

  @Override
  public void check() {
    there.check();
  }

  @Override
  public void close() {
    there.close();
  }
}
