package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What no well-behaved client sends. */
class RawHttpTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static String send(String head, String body) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", GATEWAY.apiPort())) {
      socket.setSoTimeout(10_000);
      String whole =
          head
              + "\r\nHost: x\r\nConnection: close\r\nx-api-key: "
              + GATEWAY.admin().key()
              + "\r\n"
              + body;
      socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void malformedAddressesAreRefusedByUs() throws IOException {
    assertThat(send("GET /api/applications/%ZZ HTTP/1.1", "\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("malformed_url");
    assertThat(send("GET /api/applications?q=%ZZ HTTP/1.1", "\r\n"))
        .startsWith("HTTP/1.1 4")
        .contains("application/problem+json");
    assertThat(send("GET /api/applications?q=" + "x".repeat(9000) + " HTTP/1.1", "\r\n"))
        .contains(" 414 ");
    assertThat(send("GET /api/health HTTP/1.1\r\nX: " + "x".repeat(20_000), "\r\n"))
        .contains(" 431 ");
    assertThat(send("nonsense", "\r\n")).contains(" 400 ");
    assertThat(send("GET //api/health HTTP/1.1", "\r\n")).startsWith("HTTP/1.1 404");
    assertThat(send("BREW /api/applications HTTP/1.1", "\r\n")).startsWith("HTTP/1.1 405");
  }

  @Test
  void aBodyIsLimitedHoweverItsLengthIsTold() throws IOException {
    String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
    assertThat(
            send(
                "POST /api/projects HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
                "\r\n" + chunk.repeat(20) + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(
            send(
                "POST /api/projects HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999",
                "\r\n{}"))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void aHeadIsAnsweredWithoutABody() throws IOException {
    String answer = send("HEAD /api/applications HTTP/1.1", "\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("content-length: ")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aConnectionOutlivesARefusedRequest() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", GATEWAY.apiPort())) {
      socket.setSoTimeout(10_000);
      String refused =
          "POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}";
      String health = "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write((refused + health).getBytes(StandardCharsets.US_ASCII));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers).startsWith("HTTP/1.1 401").contains("HTTP/1.1 200");
    }
  }
}
