package dev.slipway.platform.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority in a folder and the certificates it gives out, made by the JDK's own keytool. */
final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  Certificates(Path folder) {
    this.folder = folder;
    pair("ca", "-ext", "bc:c");
  }

  /** What a process of this installation is given. */
  BusTls member(String name) {
    pair(name, "-signer", "ca");
    try (InputStream in = Files.newInputStream(store())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
      return new BusTls(
          pem(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded()),
          pem(name + ".key", "PRIVATE KEY", key),
          pem("ca.pem", "CERTIFICATE", store.getCertificate("ca").getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path store() {
    return folder.resolve("store.p12");
  }

  private void pair(String alias, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-dname",
                "CN=" + alias,
                "-alias",
                alias,
                "-storepass",
                PASSWORD,
                "-keystore",
                store().toString()));
    command.addAll(List.of(more));
    try {
      int code =
          new ProcessBuilder(command).redirectErrorStream(true).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("keytool ended with " + code);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path pem(String name, String kind, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    String frame = "-----%s " + kind + "-----\n";
    return Files.writeString(
        folder.resolve(name), frame.formatted("BEGIN") + lines + "\n" + frame.formatted("END"));
  }
}
