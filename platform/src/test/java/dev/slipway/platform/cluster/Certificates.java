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

  Path authority() {
    return pem("ca.pem", "CERTIFICATE", read("ca").certificate());
  }

  /** What a process of this installation is given. */
  BusTls member(String name) {
    pair(name);
    Path request = folder.resolve(name + ".csr");
    Path signed = folder.resolve(name + ".crt");
    keytool(name, "-certreq", "-file", request.toString());
    keytool("ca", "-gencert", "-infile", request.toString(), "-outfile", signed.toString());
    try {
      return new BusTls(
          pem(name + ".pem", "CERTIFICATE", Files.readAllBytes(signed)),
          pem(name + ".key", "PRIVATE KEY", read(name).key()),
          authority());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Pair(byte[] key, byte[] certificate) {}

  private Pair read(String alias) {
    try (InputStream in = Files.newInputStream(store(alias))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      return new Pair(
          store.getKey(alias, PASSWORD.toCharArray()).getEncoded(),
          store.getCertificate(alias).getEncoded());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pair(String alias, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("-genkeypair", "-keyalg", "EC", "-validity", "2", "-dname", "CN=" + alias));
    arguments.addAll(List.of(more));
    keytool(alias, arguments.toArray(String[]::new));
  }

  private Path store(String alias) {
    return folder.resolve(alias + ".p12");
  }

  private void keytool(String alias, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-alias", alias, "-storepass", PASSWORD, "-keystore", store(alias).toString()));
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

  private Path pem(String name, String kind, byte[] content) {
    String text =
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
            + "\n-----END "
            + kind
            + "-----\n";
    try {
      // keytool's own answer is PEM already.
      boolean done =
          new String(content, java.nio.charset.StandardCharsets.ISO_8859_1).contains("BEGIN");
      return done
          ? Files.write(folder.resolve(name), content)
          : Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
