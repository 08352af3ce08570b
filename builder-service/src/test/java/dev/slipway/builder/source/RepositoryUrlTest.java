package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryUrlTest {

  @ParameterizedTest
  @CsvSource({
    "https://github.com/acme/shop.git, https://github.com/acme/shop.git",
    "http://forge.example:8080/a/b, http://forge.example:8080/a/b",
    "git://forge.example/a, git://forge.example/a",
    "ssh://git@forge.example:2222/a/b.git, ssh://git@forge.example:2222/a/b.git",
    "git@github.com:acme/shop.git, git@github.com:acme/shop.git",
    "https://[2001:db8::1]/a, https://[2001:db8::1]/a",
    "https://user:pa%40ss@forge.example/a, https://***@forge.example/a",
    "https://ghp_token@github.com/acme/shop, https://***@github.com/acme/shop"
  })
  void readsTheUsualKindsAndHidesCredentials(String written, String shown) {
    assertThat(RepositoryUrl.parse(written).shown()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/etc/passwd",
        "./repo",
        "../repo",
        "~/repo",
        "C:\\repo",
        "file:///etc",
        "FILE:///etc",
        "ext::sh -c id",
        "ext::sh",
        "fd::17/foo",
        "-oProxyCommand=id",
        "--upload-pack=id",
        "https://-evil/a",
        "ssh://-oProxyCommand=id/x",
        "ssh://-l@host/x",
        "https://host",
        "https:///a",
        "https://host/",
        "javascript:alert(1)",
        "https://ho st/a",
        "https://host/a?x=1",
        "https://host/a#b",
        "bundle:///x",
        "amazon-s3://x@y/z",
        "git@host:-x",
        "repo",
        "https://host:99999/a",
        "https://host/a\u0000b"
      })
  void refusesLocalPathsHelpersAndOptions(String written) {
    assertThatThrownBy(() -> RepositoryUrl.parse(written))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.code()).isEqualTo("repository_url_invalid");
              assertThat(problem.remedy()).isNotBlank();
            });
  }

  @Test
  void onlyTheSameDoorKeepsCredentialsForSubmodules() {
    var url = RepositoryUrl.parse("https://token@forge.example/team/app.git");
    assertThat(url.submodule("../lib.git").user()).isEqualTo("token");
    assertThat(url.submodule("../lib.git").path()).isEqualTo("/team/lib.git");
    assertThat(url.submodule("https://forge.example/x/y").user()).isEqualTo("token");
    assertThat(url.submodule("https://other.example/x/y").user()).isNull();
    assertThat(url.submodule("http://forge.example/x/y").user()).isNull();
    assertThat(RepositoryUrl.parse("git@forge.example:team/app.git").submodule("../lib.git").wire())
        .isEqualTo("git@forge.example:team/lib.git");
  }

  @Test
  void oneMirrorServesEveryCredential() {
    assertThat(Mirrors.nameOf(RepositoryUrl.parse("https://a:b@forge.example/x/y.git")))
        .isEqualTo(Mirrors.nameOf(RepositoryUrl.parse("https://forge.example/x/y")));
  }

  @Test
  void masksUrlsInsideTexts() {
    assertThat(RepositoryUrl.mask("cannot open https://bob:pw@h/x: 403"))
        .isEqualTo("cannot open https://***@h/x: 403");
  }
}
