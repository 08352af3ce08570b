package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Sample;
import java.util.Map;

/** The quickest origin at hand, so that what is in front of it is what is measured. */
final class Origin {
  private static final String CONFIG =
      """
      worker_processes 1;
      daemon off;
      pid /tmp/nginx.pid;
      error_log /dev/stderr warn;
      events { worker_connections 1024; }
      http {
        # a line for each request would measure the log, on both sides
        access_log off;
        default_type text/plain;
        keepalive_requests 1000000000;
        server { listen 8080; root /www; }
      }
      """;

  private Origin() {}

  /** nginx in a container, one small page that says {@code text}, no log of its visitors. */
  static Sample saying(String text) {
    return new Sample(
        Map.of(
            "nginx.conf",
            CONFIG,
            "www/index.html",
            text + "\n",
            "Dockerfile",
            """
            FROM slipway-base/static:latest
            COPY nginx.conf /nginx.conf
            COPY www /www
            STOPSIGNAL SIGQUIT
            CMD ["nginx", "-c", "/nginx.conf"]
            """));
  }
}
