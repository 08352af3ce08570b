package dev.slipway.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The few commands of a small system that the kit needs, for a twin that has no processes. */
public final class ToolPrograms {
  static final String SPEAK = "echo $GREETING; echo trouble >&2; exit 7";
  static final String COMPLAIN =
      "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo complaint $i; done >&2";

  private ToolPrograms() {}

  /** Does what the commands do that the kit uses. */
  public static int run(
      List<String> command,
      Map<String, String> env,
      InputStream in,
      OutputStream out,
      OutputStream err)
      throws Exception {
    switch (String.join(" ", command)) {
      case "true" -> {}
      case "cat" -> in.transferTo(out);
      case "wc -c" -> print(out, in.transferTo(OutputStream.nullOutputStream()) + "\n");
      case "sleep 600" -> TimeUnit.SECONDS.sleep(600);
      case "head -c 67108864 /dev/zero" -> zeros(out);
      case "tail -c 200000000 /dev/zero" -> throw new OutOfMemoryError("as a container's");
      case "sh -c " + COMPLAIN -> complain(err);
      case "sh -c " + SPEAK -> {
        print(out, env.get("GREETING") + "\n");
        print(err, "trouble\n");
        return 7;
      }
      default -> throw new IOException("not found: " + command);
    }
    return 0;
  }

  private static void zeros(OutputStream out) throws IOException {
    for (var i = 0; i < 1024; i++) {
      out.write(new byte[64 * 1024]);
    }
  }

  private static void complain(OutputStream err) throws IOException {
    for (var i = 1; i <= 20_000; i++) {
      print(err, "complaint " + i + "\n");
    }
  }

  private static void print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
