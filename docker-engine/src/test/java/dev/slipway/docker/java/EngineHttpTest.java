package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.Printed;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine played by the test, to see what happens when it misbehaves. */
class EngineHttpTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path directory;
  private ServerSocketChannel server;
  private EngineHttp http;
  private final BlockingQueue<String[]> answers = new LinkedBlockingQueue<>();

  @BeforeEach
  void listen() throws IOException {
    var socket = directory.resolve("engine.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    http = new EngineHttp(new EngineAddress("unix://" + socket));
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    http.close();
    server.close();
  }

  /** Answers each connection with the next texts, part by part; none means silence. */
  private void serve() {
    try {
      while (true) {
        var client = server.accept();
        Thread.ofVirtual().start(() -> answer(client));
      }
    } catch (IOException e) {
      assertThat(server.isOpen()).isFalse();
    }
  }

  private void answer(SocketChannel client) {
    try {
      client.read(ByteBuffer.allocate(8192));
      var parts = answers.take();
      for (var part : parts) {
        client.write(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
      }
      if (parts.length == 0) {
        client.read(ByteBuffer.allocate(1)); // silence, until the other side gives up
      }
      client.close();
    } catch (IOException | InterruptedException e) {
      assertThat(e).isNotNull(); // the caller hung up first, as some tests want it
    }
  }

  private EngineHttp.Call get(Duration patience) {
    return new EngineHttp.Call("GET", "/info?x=secret", Map.of(), null, patience);
  }

  private String body(EngineHttp.Reply reply) throws IOException {
    try (reply) {
      return new String(reply.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aFrozenEngineIsDownWhenPatienceEnds() {
    answers.add(new String[0]);
    assertThatThrownBy(() -> http.send(get(Duration.ofMillis(200))))
        .isInstanceOf(DockerProblem.EngineDown.class)
        .hasMessageContaining("did not answer GET /info within")
        .hasMessageNotContaining("secret");
  }

  @Test
  void anInterruptedCallerStopsWaiting() throws Exception {
    answers.add(new String[0]);
    var problems = new LinkedBlockingQueue<Throwable>();
    var caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                http.send(get(Duration.ofMinutes(1)));
              } catch (DockerProblem e) {
                problems.add(e);
              }
            });
    caller.interrupt();
    assertThat(problems.poll(10, TimeUnit.SECONDS)).isInstanceOf(DockerProblem.Cancelled.class);
  }

  @Test
  void chunksAreJoinedWhereverTheyAreCut() throws Exception {
    answers.add(
        new String[] {
          "HTTP/1.1 200 OK\r\nTransfer-Enc",
          "oding: chunked\r\n\r",
          "\n5\r\nhel",
          "lo\r",
          "\n1",
          "\r\n \r\n5\r\nworld\r\n0\r\n\r\n"
        });
    assertThat(body(http.send(get(SOON)))).isEqualTo("hello world");
  }

  @Test
  void aBodyCutShortIsNoBody() {
    answers.add(new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"});
    var reply = http.send(get(SOON));
    assertThatThrownBy(() -> body(reply)).isInstanceOf(IOException.class);
    answers.add(new String[] {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"});
    var chunked = http.send(get(SOON));
    assertThatThrownBy(() -> body(chunked)).isInstanceOf(IOException.class);
  }

  @Test
  void anEngineThatDiesWhileBeingFollowedIsAProblemAndAnEndIsNone() {
    var head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    var frame = "a\r\n\u0001\0\0\0\0\0\0\u0002a\n\r\n";
    var version = "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"ApiVersion\":\"1.30\"}";
    answers.add(new String[] {version});
    answers.add(new String[] {head, frame, "0\r\n\r\n"});
    var api = new EngineApi(http);
    assertThat(api.version()).isEqualTo("1.30");
    var containers = new ContainerCalls(api);
    var printed = new Printed();
    var whole = containers.logs("x", LogRequest.all(), printed);
    assertThat(whole.await(SOON)).isTrue();
    assertThat(whole.problem()).isNull();
    assertThat(printed.stdout()).containsExactly("a");
    answers.add(new String[] {head, frame});
    var cut = containers.logs("x", LogRequest.all(), printed);
    assertThat(cut.await(SOON)).isTrue();
    assertThat(cut.problem()).isInstanceOf(DockerProblem.EngineDown.class);
  }

  @Test
  void refusalsAreToldApart() {
    assertThat(
            Refusals.explain(
                500, "rpc error: code = Unknown desc = write x: no space left on device"))
        .isInstanceOf(DockerProblem.DiskFull.class);
    assertThat(Refusals.explain(503, "This node is not a swarm manager."))
        .isInstanceOf(DockerProblem.NoSwarm.class);
    assertThat(Refusals.explain(404, "No such image: a/b:1"))
        .isInstanceOfSatisfying(
            DockerProblem.ImageMissing.class, e -> assertThat(e.image()).isEqualTo("a/b:1"));
    assertThat(
            Refusals.explain(
                400,
                "rpc error: code = FailedPrecondition desc = network x is in use by service y"))
        .isInstanceOf(DockerProblem.Conflict.class)
        .hasMessage("network x is in use by service y");
    assertThat(Refusals.explain(400, "invalid mount")).isInstanceOf(DockerProblem.Refused.class);
  }
}
