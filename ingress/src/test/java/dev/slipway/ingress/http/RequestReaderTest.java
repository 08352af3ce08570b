package dev.slipway.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
  private static String originHead(String address, String scheme, String head) throws Exception {
    byte[] bytes = (head.replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    Head parsed = new Head();
    parsed.parse(bytes, 0, bytes.length);
    Peer peer = new Peer(InetAddress.getByName(address), scheme, TrustedProxies.nobody());
    return RequestReader.read(parsed, peer, UnpooledByteBufAllocator.DEFAULT)
        .originHead()
        .toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aSixthVersionAddressIsQuotedWhereTheRulesWantIt() throws Exception {
    assertThat(originHead("2001:db8:0:0:0:0:0:1", "https", "GET / HTTP/1.1\nHost: a.test"))
        .isEqualTo(
            """
            GET / HTTP/1.1\r
            Host: a.test\r
            X-Forwarded-For: 2001:db8::1\r
            X-Real-IP: 2001:db8::1\r
            X-Forwarded-Proto: https\r
            Forwarded: for="[2001:db8::1]";proto=https;host="a.test"\r
            X-Forwarded-Host: a.test\r
            \r
            """);
    assertThat(originHead("fe80::1%1", "http", "GET / HTTP/1.1\nHost: a.test"))
        .contains("X-Forwarded-For: fe80::1\r\n");
  }

  @Test
  void whatTheApplicationMustSeeIsNotTouched() throws Exception {
    String head =
        "PATCH /a%20b?c=d&e=\u00e9 HTTP/1.1\nHost: a.test\naccept:text/html\nAuthorization: Basic x\n"
            + "Cookie: a=b; c=\"d\"\nContent-Length: 3\nExpect: 100-continue\nX-Empty:";
    assertThat(originHead("10.0.0.1", "http", head))
        .startsWith(head.strip().replace("\n", "\r\n") + "\r\nX-Forwarded-For: 10.0.0.1\r\n");
  }
}
