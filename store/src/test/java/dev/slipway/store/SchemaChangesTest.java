package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The version before runs beside every migration but the very first ones. */
class SchemaChangesTest {
  private static final List<String> FIRST = List.of("P001", "V001");

  private final SchemaChanges judge = new SchemaChanges();

  @Test
  void everyMigrationMayRunBesideTheVersionBefore() {
    Map<String, String> files = new TreeMap<>();
    files.putAll(folder("/db/platform"));
    files.putAll(folder("/db/migration"));
    List<String> mistakes = new ArrayList<>();
    files.forEach((name, sql) -> {
      if (FIRST.stream().noneMatch(name::startsWith)) {
        mistakes.addAll(judge.mistakesOf(name, sql));
      }
    });
    assertThat(files).hasSizeGreaterThan(3);
    assertThat(mistakes).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table deployments",
        "alter table deployments drop column title",
        "ALTER TABLE deployments\n  RENAME COLUMN title TO name",
        "alter table deployments rename to attempts",
        "alter table deployments alter column number type bigint",
        "alter table deployments alter number set data type bigint",
        "alter table deployments alter column title set not null",
        "alter table deployments alter column number drop default",
        "alter table deployments add column size int not null",
        "alter table deployments add column a int, add column b text not null",
        "alter table deployments add constraint sane check (number > 0)",
        "create unique index one_title on deployments(title)",
        "drop index deployments_newest",
        "truncate events",
      })
  void whatTheVersionBeforeReadsOrWritesMustStay(String statement) {
    assertThat(
            judge.mistakesOf("V999__x.sql", "-- a comment; with a semicolon\n" + statement + ";"))
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table fresh (id text primary key, drop_count int not null)",
        "alter table deployments add column size int",
        "alter table deployments add column size int not null default 0",
        "alter table deployments add column size int default 0 not null",
        "create index newest on deployments(created_at)",
        "create table fresh (id text); create unique index one on fresh(id)",
        "create table fresh (id text); alter table fresh add constraint sane check (id <> '')",
        "create or replace function f() returns void language plpgsql as $$ begin drop table x; end"
            + " $$",
        "insert into events(type) values ('drop table x')",
        "-- beside the version before: nobody has written the column yet\n"
            + "alter table deployments drop column unused",
      })
  void whatIsAddedIsFree(String statements) {
    assertThat(judge.mistakesOf("V999__x.sql", statements + ";")).isEmpty();
  }

  private static Map<String, String> folder(String name) {
    try {
      var uri = Objects.requireNonNull(SchemaChangesTest.class.getResource(name), name).toURI();
      if (!uri.getScheme().equals("jar")) {
        return read(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return read(jar.getPath(name));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var all = Files.list(folder)) {
      all.forEach(file -> {
        try {
          files.put(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    return files;
  }
}
