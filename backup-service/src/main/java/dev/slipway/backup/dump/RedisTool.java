package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Redis and Valkey by the snapshot that {@code redis-cli --rdb -} asks a server for as a replica
 * would. Its moment is the server's own, somewhere between the question and the first byte, so
 * nobody can count in it at the source: keys are counted before, until and right after that moment,
 * and what a scratch server finds must lie within. The scratch server's own count is then the
 * manifest's. Against bytes gone wrong there is the snapshot's checksum.
 */
final class RedisTool implements DumpTool {
  static final String LEAST = "least.";
  static final String MOST = "most.";
  private static final Pattern KEYSPACE =
      Pattern.compile("(db\\d{1,5}):keys=(\\d{1,18}),expires=(\\d{1,18}).*");

  /** How many keys were not there any more when a snapshot was loaded. */
  private static final String EXPIRED = "expired";

  /** How many keys have a time to live, and may be gone whenever somebody looks. */
  static final String MORTAL = "mortal";

  private static final List<String> REFUSALS =
      List.of("NOAUTH", "WRONGPASS", "NOPERM", "AUTH failed", "Could not connect", "Error: ");

  private final String client;

  RedisTool(String client) {
    this.client = client;
  }

  @Override
  public String format() {
    return "redis-rdb";
  }

  @Override
  public String ending() {
    return ".rdb";
  }

  List<String> connecting(DatabaseServer server) {
    List<String> command = new ArrayList<>(List.of(client, "-h", server.host()));
    command.addAll(List.of("-p", Integer.toString(server.port()), "--no-auth-warning"));
    if (!server.user().equals("default") && !server.user().isEmpty()) {
      command.addAll(List.of("--user", server.user()));
    }
    if (server.tls()) {
      command.add("--tls");
    }
    return command;
  }

  static Map<String, String> env(DatabaseServer server) {
    Map<String, String> env = new HashMap<>();
    if (!server.password().isEmpty()) {
      env.put("REDISCLI_AUTH", server.password().reveal());
    }
    return env;
  }

  /** What it complains about comes with its answers: it goes on without a server, in silence. */
  Session session(Bench bench, DatabaseServer server) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", client));
    command.addAll(connecting(server));
    return new Session(
        bench.start(client, command, env(server), true), "echo %s", RedisTool::refusal);
  }

  @Override
  public Dump dump(Bench bench, DatabaseServer source) {
    return RedisDump.begin(this, bench, source);
  }

  @Override
  public Map<String, String> scratchSettings(long plainBytes) {
    return Map.of("appendonly", "no", "save", "\"\"");
  }

  @Override
  public boolean loadsAtStart() {
    return true;
  }

  @Override
  public void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace) {
    throw new IllegalStateException("a snapshot is loaded when a server starts");
  }

  @Override
  public Restored count(Bench bench, DatabaseServer server) {
    try (var session = session(bench, server)) {
      SortedMap<String, String> digests = new TreeMap<>();
      String expired = info(session, "persistence").get("rdb_last_load_keys_expired");
      if (expired != null) {
        digests.put(EXPIRED, expired);
      }
      return new Restored(keys(session).counts(), digests);
    }
  }

  /**
   * What is there just now.
   *
   * @param counts keys by database
   * @param mortal how many of all have a time to live
   */
  record Keys(SortedMap<String, Long> counts, long mortal) {}

  Keys keys(Session session) {
    SortedMap<String, Long> keys = new TreeMap<>();
    long mortal = 0;
    for (String line : session.ask("info keyspace")) {
      Matcher matcher = KEYSPACE.matcher(line);
      if (matcher.matches()) {
        keys.put(matcher.group(1), Long.parseLong(matcher.group(2)));
        mortal += Long.parseLong(matcher.group(3));
      }
    }
    return new Keys(keys, mortal);
  }

  Map<String, String> info(Session session, String section) {
    Map<String, String> info = new HashMap<>();
    for (String line : session.ask("info " + section)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        info.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return info;
  }

  private static boolean refusal(String line) {
    return REFUSALS.stream().anyMatch(line::startsWith);
  }

  /** Once it was loaded its counts are exact; keys that ran out meanwhile were there. */
  @Override
  public List<String> differences(Manifest manifest, Restored restored) {
    String mortal = manifest.digests().getOrDefault(MORTAL, "0");
    long expired = Long.parseLong(restored.digests().getOrDefault(EXPIRED, mortal));
    List<String> differences = new ArrayList<>();
    SortedMap<String, Long> all = new TreeMap<>(manifest.counts());
    restored.counts().keySet().forEach(name -> all.putIfAbsent(name, 0L));
    all.forEach((name, counted) -> {
      long least = bound(manifest, LEAST + name, counted);
      long most = bound(manifest, MOST + name, counted);
      long found = restored.counts().getOrDefault(name, 0L);
      if (found + expired < least || found > most) {
        differences.add(
            name + ": " + found + " instead of " + (least == most ? "" : least + " to ") + most);
      }
    });
    return differences;
  }

  private static long bound(Manifest manifest, String name, long otherwise) {
    String bound = manifest.digests().get(name);
    return bound == null ? otherwise : Long.parseLong(bound);
  }

  @Override
  public Manifest learnt(Manifest manifest, Restored restored) {
    return Differences.withCounts(manifest, restored.counts(), new TreeMap<>(manifest.digests()));
  }

  static Problem partUnsupported() {
    return new Problem(
        422,
        "restore_part_unsupported",
        "Not by this tool",
        "A snapshot of Redis is restored as a whole.",
        "Restore it into a new database, and copy the keys from there.",
        List.of(),
        null);
  }
}
