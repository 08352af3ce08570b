package dev.slipway.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A platform that answers what a test tells it to, and commands run against it. */
abstract class CommandBench {
  static final String APP =
      "{\"id\":\"app_1\",\"name\":\"site\",\"status\":\"running\",\"replicas\":1,\"url\":\"http://site.example\"}";

  @SuppressWarnings("NullAway.Init")
  HttpServer platform;

  final Map<String, Queue<Reply>> replies = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  record Reply(int status, String type, String body) {}

  @BeforeEach
  void aPlatform() throws IOException {
    platform = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    platform.createContext("/", this::answer);
    platform.start();
    when(
        "GET /api/applications?q=site&limit=200",
        200,
        "{\"items\":[" + APP + "],\"nextCursor\":null}");
  }

  @AfterEach
  void itEnds() {
    platform.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(request + " " + exchange.getRequestHeaders().getFirst("x-api-key") + " " + body);
    Queue<Reply> known = replies.getOrDefault(request, new ArrayDeque<>());
    Reply reply =
        known.isEmpty()
            ? new Reply(
                404,
                "application/problem+json",
                "{\"detail\":\"Nothing at " + request + "\",\"remedy\":\"Look.\",\"errors\":[]}")
            : known.size() == 1 ? known.element() : known.remove();
    exchange.getResponseHeaders().set("Content-Type", reply.type());
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void when(String request, int status, String body) {
    replies
        .computeIfAbsent(request, none -> new ArrayDeque<>())
        .add(new Reply(status, "application/json", body));
  }

  int run(String... arguments) {
    return run(
        Map.of(
            "SLIPWAY_API_PORT",
            String.valueOf(platform.getAddress().getPort()),
            "SLIPWAY_KEY",
            "slw_k"),
        arguments);
  }

  int run(Map<String, String> environment, String... arguments) {
    return SlipwayCommand.run(
        environment, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
