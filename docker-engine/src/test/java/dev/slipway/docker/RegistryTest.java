package dev.slipway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @Test
  void whoHasAUserPresentsItToTheServerWithoutThePrefix() {
    Registry registry = Registry.of("registry.example:5000/team", "robot", "s3cret");
    assertThat(registry.auth())
        .isEqualTo(new RegistryAuth("registry.example:5000", "robot", "s3cret"));
    assertThat(registry.toString()).doesNotContain("s3cret");
    assertThat(Registry.of("registry.example:5000", null, "").auth()).isNull();
  }

  @Test
  void onlyWhatIsBelowThePrefixIsOurs() {
    Registry registry = Registry.of("registry.example:5000/team", null, "");
    assertThat(registry.keeps("registry.example:5000/team/shop:7")).isTrue();
    assertThat(registry.keeps("registry.example:5000/teammate/shop:7")).isFalse();
    assertThat(registry.serves("registry.example:5000/teammate/shop:7")).isTrue();
    assertThat(registry.serves("registry.example:50001/shop:7")).isFalse();
  }

  @Test
  void anImageIsPinnedByItsContentWhateverItsTag() {
    assertThat(Registry.pinned("registry.example:5000/shop:7", DIGEST))
        .isEqualTo("registry.example:5000/shop@" + DIGEST);
    assertThat(Registry.pinned("registry.example:5000/shop", DIGEST))
        .isEqualTo("registry.example:5000/shop@" + DIGEST);
    assertThat(Registry.pinned("shop@" + DIGEST, "sha256:other")).isEqualTo("shop@" + DIGEST);
  }
}
