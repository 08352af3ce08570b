package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import dev.slipway.platform.bus.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * MongoDB by {@code mongodump --archive}. Documents are counted in the archive as it passes; a
 * single server has no snapshot over collections that a client could share. Written from MongoDB's
 * documentation: no test runs a real one.
 */
final class MongoTool implements DumpTool {
  /** The tools take a password from an argument or a file, so a file in memory it is. */
  private static final String WITH_CONFIG =
      "umask 077; printf 'password: %s\\n' \"$SLIPWAY_PASSWORD\" > /dev/shm/slipway.yaml && exec \"$@\"";

  /** Only the server that was named: a member of a set would send its guest to the others. */
  private static final String ENTER =
      "const e = encodeURIComponent, v = process.env; const c = new Mongo('mongodb://' + e(v.SLIPWAY_USER) + ':' +"
          + " e(JSON.parse(v.SLIPWAY_PASSWORD)) + '@' + v.SLIPWAY_SERVER"
          + " + '/?authSource=admin&directConnection=true' + v.SLIPWAY_OPTIONS);"
          + " const d = c.getDB(v.SLIPWAY_DATABASE);";

  /** An archive has a view as a collection without documents. */
  private static final String COUNT =
      ENTER
          + " print(JSON.stringify({version: d.version()}));"
          + " d.getCollectionInfos().filter(i => ['collection', 'view'].includes(i.type))"
          + ".filter(i => !i.name.startsWith('system.'))"
          + ".forEach(i => print(JSON.stringify({name: d.getName() + '.' + i.name,"
          + " count: i.type === 'view' ? 0 : Number(d.getCollection(i.name).countDocuments({}))})));";

  private static final String EMPTY = ENTER + " d.dropDatabase();";

  @Override
  public String format() {
    return "mongodump-archive";
  }

  @Override
  public String ending() {
    return ".mongodump";
  }

  private static List<String> tool(String program, DatabaseServer server) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", WITH_CONFIG, program, program));
    command.addAll(List.of("--config=/dev/shm/slipway.yaml", "--host=" + address(server)));
    command.add("--username=" + server.user());
    command.addAll(List.of("--authenticationDatabase=admin", "--archive"));
    if (server.tls()) {
      // the address that was judged is in no certificate; that nobody reads along is what is asked
      command.addAll(List.of("--ssl", "--tlsInsecure"));
    }
    return command;
  }

  private static String address(DatabaseServer server) {
    String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
    return host + ":" + server.port();
  }

  private static Map<String, String> env(DatabaseServer server) {
    Map<String, String> env = new HashMap<>();
    env.put("SLIPWAY_USER", server.user());
    env.put("SLIPWAY_PASSWORD", Json.text(server.password().reveal()));
    env.put("SLIPWAY_SERVER", address(server));
    env.put("SLIPWAY_DATABASE", server.database());
    env.put("SLIPWAY_OPTIONS", server.tls() ? "&tls=true&tlsInsecure=true" : "");
    return env;
  }

  /** What the server says of itself: a version, or a collection and its documents. */
  private record Said(
      @org.jspecify.annotations.Nullable String version,
      @org.jspecify.annotations.Nullable String name,
      long count) {}

  private static String run(Bench bench, DatabaseServer server, String script) {
    return bench.print(
        "mongosh", List.of("mongosh", "--quiet", "--nodb", "--eval", script), env(server));
  }

  private static List<Said> ask(Bench bench, DatabaseServer server) {
    String said = run(bench, server, COUNT);
    return said.lines().filter(l -> l.startsWith("{")).map(l -> Json.read(l, Said.class)).toList();
  }

  @Override
  public Dump dump(Bench bench, DatabaseServer source) {
    var before = ask(bench, source);
    String version =
        before.stream().map(Said::version).filter(v -> v != null).findFirst().orElse("unknown");
    List<String> command = tool("mongodump", source);
    command.add("--db=" + source.database());
    var run = bench.start("mongodump", command, env(source), false);
    return new ArchiveDump(run, new ArchiveDocuments(run.stdout()), version, Instant.now());
  }

  private record ArchiveDump(ToolRun run, ArchiveDocuments documents, String version, Instant began)
      implements Dump {
    @Override
    public InputStream content() {
      return documents;
    }

    @Override
    public Taken confirm() {
      run.mustSucceed();
      if (!documents.whole()) {
        throw run.tooEarly("The archive does not end as one.");
      }
      SortedMap<String, Long> counts = documents.counts();
      counts.keySet().removeIf(name -> name.contains(".system."));
      return new Taken("mongodump", version, began, counts, new TreeMap<>());
    }

    @Override
    public void close() {
      run.close();
    }
  }

  @Override
  public Map<String, String> scratchSettings(long plainBytes) {
    return Map.of();
  }

  @Override
  public void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace)
      throws IOException {
    if (replace && target.ours() && only.isEmpty()) {
      run(bench, target, EMPTY); // --drop takes only what the archive has
    }
    try (var run = bench.start("mongorestore", filling(target, only, replace), env(target), true)) {
      run.feed(content);
    }
  }

  /** An archive names the database it was taken from, which need not be called as the target is. */
  static List<String> filling(DatabaseServer target, List<String> only, boolean replace) {
    List<String> command = tool("mongorestore", target);
    only.forEach(part -> command.add("--nsInclude=" + (part.contains(".") ? part : "*." + part)));
    command.add("--nsFrom=$database$.$collection$");
    command.add("--nsTo=" + target.database() + ".$collection$");
    if (replace) {
      command.add("--drop");
    }
    return command;
  }

  @Override
  public boolean covers(List<String> only, String counted) {
    return only.isEmpty()
        || only.stream().map(MongoTool::collection).anyMatch(collection(counted)::equals);
  }

  /** A name without its database; that of a database has no point. */
  private static String collection(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /** By collection: the copy is in a database of another name. */
  @Override
  public List<String> differences(Manifest manifest, Restored restored) {
    return Differences.of(collections(manifest.counts()), collections(restored.counts()));
  }

  private static SortedMap<String, Long> collections(Map<String, Long> counts) {
    SortedMap<String, Long> collections = new TreeMap<>();
    counts.forEach((name, count) -> collections.merge(collection(name), count, Long::sum));
    return collections;
  }

  @Override
  public Restored count(Bench bench, DatabaseServer server) {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (Said said : ask(bench, server)) {
      if (said.name() != null) {
        counts.put(said.name(), said.count());
      }
    }
    return Restored.of(counts);
  }
}
