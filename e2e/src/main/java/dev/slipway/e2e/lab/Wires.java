package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The network of a lab: a bridge with the address .1, and namespaces .11, .12, … on it. Faults are
 * rules of the packet filter inside the namespaces, in chains of their own, so that healing is one
 * flush.
 */
final class Wires {
  private static final String FAULTS_IN = "LAB-IN";
  private static final String FAULTS_OUT = "LAB-OUT";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final int net;

  private Wires(String name, int net) {
    this.name = name;
    this.net = net;
  }

  /** Lays the wires for so many hosts in a network nobody on this machine uses. */
  static Wires lay(String name, int hosts) {
    String taken = Shell.run("ip", "-4", "-o", "addr", "show");
    int net =
        IntStream.range(0, 200)
            .filter(n -> !taken.contains(" 10.99." + n + "."))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("all networks 10.99.x.0/24 are taken"));
    Wires wires = new Wires(name, net);
    wires.bridge();
    IntStream.rangeClosed(1, hosts).forEach(wires::host);
    return wires;
  }

  private void bridge() {
    Shell.run("ip", "link", "add", name, "type", "bridge");
    Shell.run("ip", "addr", "add", address(0) + "/24", "dev", name);
    Shell.run("ip", "link", "set", name, "up");
    // the engine of this machine makes the policy DROP, and bridged packets pass the filter too
    filter("-I", "FORWARD", "-i", name, "-o", name, "-j", "ACCEPT");
  }

  private void host(int index) {
    String space = space(index);
    Shell.run("ip", "netns", "add", space);
    Shell.run(
        "ip", "link", "add", cable(index), "type", "veth", "peer", "name", "eth0", "netns", space);
    // a machine keeps its card, so that the others find it where it was
    Shell.run("ip", "-n", space, "link", "set", "eth0", "address", card(index));
    Shell.run("ip", "link", "set", cable(index), "master", name, "up");
    Shell.run("ip", "-n", space, "link", "set", "lo", "up");
    Shell.run("ip", "-n", space, "addr", "add", address(index) + "/24", "dev", "eth0");
    Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
    // an engine that asks for a registry of the outside is told at once that there is none
    Shell.run("ip", "-n", space, "route", "add", "unreachable", "default");
    faults(index, "-N", FAULTS_IN);
    faults(index, "-N", FAULTS_OUT);
    faults(index, "-A", "PREROUTING", "-j", FAULTS_IN);
    faults(index, "-A", "OUTPUT", "-j", FAULTS_OUT);
  }

  /** The address of a host; of the machine itself for 0. */
  String address(int index) {
    return "10.99." + net + "." + (index == 0 ? 1 : 10 + index);
  }

  /** Before a command that shall run inside a host's network. */
  List<String> inside(int index) {
    // not "ip netns exec": that mounts /sys anew, and an engine then finds no control groups
    return List.of(
        "nsenter",
        "--net=/run/netns/" + space(index),
        // with a host name of its own: the Swarm's nodes and the processes tell it
        "unshare",
        "--uts",
        "sh",
        "-c",
        "hostname \"$0\" && exec \"$@\"",
        hostName(index));
  }

  static String hostName(int index) {
    return "host-" + index;
  }

  private String space(int index) {
    return name + "-" + index;
  }

  private String cable(int index) {
    return name + "v" + index;
  }

  private String card(int index) {
    return "02:99:00:00:%02x:%02x".formatted(net, index);
  }

  // ---- faults --------------------------------------------------------------------------------

  /** Packets from one host to another are lost; those the other way are not. 0 is the machine. */
  void cut(int from, int to) {
    if (to == 0) {
      faults(from, "-A", FAULTS_OUT, "-d", address(to), "-j", "DROP");
    } else {
      faults(to, "-A", FAULTS_IN, "-s", address(from), "-j", "DROP");
    }
  }

  /** What processes of one group send to an address is lost. */
  void cutGroup(int host, int group, String address) {
    faults(
        host,
        "-A",
        FAULTS_OUT,
        "-d",
        address,
        "-m",
        "owner",
        "--gid-owner",
        Integer.toString(group),
        "-j",
        "DROP");
  }

  /** Each packet that reaches this host over the wire is lost with a probability. */
  void lose(int host, double probability) {
    faults(
        host,
        "-A",
        FAULTS_IN,
        "-i",
        "eth0",
        "-m",
        "statistic",
        "--mode",
        "random",
        "--probability",
        Double.toString(probability),
        "-j",
        "DROP");
  }

  /** Ends every fault at this host. */
  void heal(int host) {
    faults(host, "-F", FAULTS_IN);
    faults(host, "-F", FAULTS_OUT);
  }

  /** Pulls the cable. */
  void unplug(int host) {
    Shell.run("ip", "link", "set", cable(host), "down");
  }

  /**
   * Makes the network of a host anew, as a machine that starts finds it: no bridge of an engine, no
   * rule of the packet filter and no connection that it remembers is left. Nothing may run there.
   */
  void reboot(int host) {
    String space = space(host);
    String runs = Shell.run("ip", "netns", "pids", space);
    if (!runs.isBlank()) {
      throw new IllegalStateException("still running on host " + host + ": " + runs);
    }
    Shell.run("ip", "netns", "del", space);
    // the kernel takes the cable away some time after its other end
    Shell.tryRun(null, Map.of(), LIMIT, List.of("ip", "link", "del", cable(host)));
    host(host);
  }

  // ---- the packet filter ---------------------------------------------------------------------

  private static String iptables() {
    // kernels without nf_tables exist
    boolean newer =
        Shell.tryRun(null, Map.of(), LIMIT, List.of("iptables", "-t", "nat", "-S")).ok();
    return newer ? "iptables" : "iptables-legacy";
  }

  private static void filter(String... words) {
    run(List.of(), words);
  }

  /**
   * In the table that a packet meets first, so that the rules of the host's own engine cannot let
   * it pass before.
   */
  private void faults(int index, String... words) {
    List<String> inTable = new ArrayList<>(List.of("-t", "mangle"));
    inTable.addAll(List.of(words));
    run(inside(index), inTable.toArray(String[]::new));
  }

  private static void run(List<String> before, String... words) {
    List<String> command = new ArrayList<>(before);
    // engines change the same tables
    command.addAll(List.of(iptables(), "-w", "10"));
    command.addAll(List.of(words));
    Shell.run(command.toArray(String[]::new));
  }

  // ---- the end -------------------------------------------------------------------------------

  static void remove(String name) {
    for (String space : spaces(name)) {
      Shell.run("ip", "netns", "del", space);
    }
    if (linkExists(name)) {
      Shell.run("ip", "link", "del", name);
    }
    for (String rule : rules(name)) {
      filter(rule.replaceFirst("^-A", "-D").split(" "));
    }
  }

  static List<String> leftOvers(String name) {
    List<String> left = new ArrayList<>();
    spaces(name).forEach(space -> left.add("network namespace " + space));
    if (linkExists(name)) {
      left.add("bridge " + name);
    }
    rules(name).forEach(rule -> left.add("packet filter rule " + rule));
    return left;
  }

  private static List<String> spaces(String name) {
    return Shell.run("ip", "netns", "list")
        .lines()
        .map(line -> line.split(" ")[0])
        .filter(space -> space.startsWith(name + "-"))
        .toList();
  }

  private static boolean linkExists(String name) {
    return Shell.tryRun(null, Map.of(), LIMIT, List.of("ip", "link", "show", name)).ok();
  }

  private static List<String> rules(String name) {
    return Shell.run(iptables(), "-S", "FORWARD")
        .lines()
        .filter(rule -> rule.contains("-i " + name + " "))
        .toList();
  }
}
