package dev.slipway.e2e.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One machine of the lab: a network of its own, an engine, and the platform's processes there. */
public final class Host {
  private final int index;
  private final Wires wires;
  private final Engine engine;
  private final EngineDoor door;
  private final List<Service> services = new ArrayList<>();
  private final List<Service> before = new ArrayList<>();
  private final Path folder;
  private boolean alive = true;

  Host(int index, Wires wires, Engine engine, Path folder) {
    this.index = index;
    this.wires = wires;
    this.engine = engine;
    this.folder = folder;
    this.door = EngineDoor.before(engine.socket(), folder.resolve("door.sock"));
  }

  /** From 1. */
  public int index() {
    return index;
  }

  public String address() {
    return wires.address(index);
  }

  public Engine engine() {
    return engine;
  }

  /** Where this host's processes find their engine; it can be held shut. */
  public EngineDoor door() {
    return door;
  }

  Path folder() {
    return folder;
  }

  List<String> inside() {
    return wires.inside(index);
  }

  /** False from {@link #die} to {@link #revive}. */
  public boolean lives() {
    return alive;
  }

  void add(Service service) {
    services.add(service);
  }

  public List<Service> services() {
    return List.copyOf(services);
  }

  // ---- faults --------------------------------------------------------------------------------

  /** What this host sends to the other is lost; what the other sends still comes. */
  public void cutTo(Host other) {
    wires.cut(index, other.index);
  }

  /** Neither hears the other any more. */
  public void cutOff(Host other) {
    cutTo(other);
    other.cutTo(this);
  }

  /** What the processes of this host send to the database is lost. */
  public void cutToDatabase() {
    wires.cut(index, 0);
  }

  /** What one process of this host sends to the database is lost. */
  public void cutToDatabase(Service service) {
    wires.cutGroup(index, service.group(), wires.address(0));
  }

  /** Each packet that comes to this host is lost with this probability. */
  public void lose(double probability) {
    wires.lose(index, probability);
  }

  /** Ends every fault of the network that is told to this host. */
  public void heal() {
    wires.heal(index);
  }

  /** The power goes: cable, engine, containers and processes at once. */
  public void die() {
    wires.unplug(index);
    alive = false;
    before.clear();
    services.stream().filter(Service::runs).forEach(before::add);
    services.forEach(Service::kill);
    engine.die();
  }

  /** The power is back: engine first, then the processes that ran when it went. */
  public void revive() {
    wires.reboot(index);
    engine.startAgain();
    alive = true;
    before.forEach(Service::start);
  }

  void close() {
    services.forEach(Service::kill);
    door.close();
  }
}
