package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.LogRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The last lines a container printed, secrets masked: what a person needs first when it failed. */
public final class LastWords {
  private static final int LINES = 20;
  private static final int LONGEST_LINE = 2_000;
  private static final int MASK_FROM = 4;

  private final DockerEngine engine;

  public LastWords(DockerEngine engine) {
    this.engine = engine;
  }

  /** At most 20 lines; none when the engine cannot tell: a failure must not hide behind its log. */
  public List<String> of(String containerId, List<String> secrets) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    LogRequest lastOnes = new LogRequest(false, 0, LINES, false);
    try (var follow =
        engine.logs(
            containerId,
            lastOnes,
            (kind, bytes, from, length) -> printed.write(bytes, from, length))) {
      follow.await(Duration.ofSeconds(2));
    } catch (DockerProblem.Cancelled cancelled) {
      throw cancelled;
    } catch (DockerProblem gone) {
      return List.of();
    }
    return lines(printed.toString(StandardCharsets.UTF_8), secrets);
  }

  private static List<String> lines(String text, List<String> secrets) {
    String masked = mask(text, secrets);
    List<String> all = masked.lines().map(LastWords::cut).toList();
    return all.subList(Math.max(0, all.size() - LINES), all.size());
  }

  /** Short values would mask half the language and protect nothing. */
  private static String mask(String text, List<String> secrets) {
    String masked = text;
    for (String secret :
        secrets.stream()
            .filter(Objects::nonNull)
            .filter(value -> value.length() >= MASK_FROM)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList()) {
      masked = masked.replace(secret, "****");
    }
    return masked;
  }

  private static String cut(String line) {
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
  }
}
