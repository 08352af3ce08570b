package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions to the engine over its own socket, without the cost of starting a client. */
public final class EngineSocket {
  private static final String PATH =
      Optional.ofNullable(System.getenv("DOCKER_HOST"))
          .filter(host -> host.startsWith("unix://"))
          .map(host -> host.substring("unix://".length()))
          .orElse("/var/run/docker.sock");

  private EngineSocket() {}

  public static JsonNode get(String path) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(PATH));
      channel.write(
          ByteBuffer.wrap(
              ("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII)));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Channels.newInputStream(channel).transferTo(bytes);
      String answer = bytes.toString(StandardCharsets.UTF_8);
      return Json.read(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the services that carry a label. */
  public static List<String> services(String label) {
    List<String> names = new ArrayList<>();
    get("/services?filters=" + filters("label", label))
        .forEach(service -> names.add(service.path("Spec").path("Name").asText()));
    return names;
  }

  /** Ids of the running containers of a Swarm service. */
  public static List<String> containers(String service) {
    List<String> ids = new ArrayList<>();
    get("/containers/json?filters=" + filters("label", "com.docker.swarm.service.name=" + service))
        .forEach(container -> ids.add(container.path("Id").asText()));
    return ids;
  }

  /** Where this host reaches a task without any published port. */
  public static Optional<String> addressOnHost(String container) {
    String sandbox =
        get("/containers/" + container + "/json")
            .path("NetworkSettings")
            .path("SandboxID")
            .asText();
    if (sandbox.length() < 12) {
      return Optional.empty();
    }
    String name = "gateway_" + sandbox.substring(0, 12);
    for (JsonNode endpoint : get("/networks/docker_gwbridge").path("Containers")) {
      if (endpoint.path("Name").asText().equals(name)) {
        return Optional.of(endpoint.path("IPv4Address").asText().replaceFirst("/.*", ""));
      }
    }
    return Optional.empty();
  }

  private static String filters(String kind, String value) {
    return URLEncoder.encode(Json.write(Map.of(kind, List.of(value))), StandardCharsets.UTF_8);
  }
}
