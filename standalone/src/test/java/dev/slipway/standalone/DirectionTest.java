package dev.slipway.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slipway.platform.boot.LeanVertx;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The rules of direction: who may know whom. A broken one is a design question, not a nuisance. */
@AnalyzeClasses(
    packages = "dev.slipway",
    importOptions = {ImportOption.DoNotIncludeTests.class, DirectionTest.NoTestKits.class})
class DirectionTest {

  /** The test kits of other modules arrive as jars of their own. */
  static final class NoTestKits implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule contractsKnowNobody =
      classes()
          .that()
          .resideInAPackage("dev.slipway.contracts..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.contracts..",
              "java..",
              "com.fasterxml.jackson.annotation..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule theGatewayKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.builder..",
              "dev.slipway.runtime..",
              "dev.slipway.backup..",
              "dev.slipway.ingress..");

  @ArchTest
  static final ArchRule theBuilderKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.builder..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.gateway..",
              "dev.slipway.runtime..",
              "dev.slipway.backup..",
              "dev.slipway.ingress..");

  @ArchTest
  static final ArchRule theRuntimeKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.gateway..",
              "dev.slipway.builder..",
              "dev.slipway.backup..",
              "dev.slipway.ingress..");

  @ArchTest
  static final ArchRule theBackupServiceKnowsNoOtherService =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.backup..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.gateway..",
              "dev.slipway.builder..",
              "dev.slipway.runtime..",
              "dev.slipway.ingress..");

  @ArchTest
  static final ArchRule theIngressKnowsNoServiceAndNoEngine =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.ingress..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.slipway.gateway..",
              "dev.slipway.builder..",
              "dev.slipway.runtime..",
              "dev.slipway.docker..");

  @ArchTest
  static final ArchRule platformKnowsOnlyContracts =
      noClasses()
          .that()
          .resideInAPackage("dev.slipway.platform..")
          .should()
          .dependOnClassesThat(
              are(
                  resideInAnyPackage(
                      "dev.slipway.store..",
                      "dev.slipway.docker..",
                      "dev.slipway.gateway..",
                      "dev.slipway.builder..",
                      "dev.slipway.runtime..",
                      "dev.slipway.ingress..",
                      "dev.slipway.cli..",
                      "dev.slipway.standalone..")));

  @ArchTest
  static final ArchRule onlyStoresAndThePlatformSpeakSql =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.slipway.store..",
              "dev.slipway.platform.pg..",
              "dev.slipway.platform.saga..",
              "dev.slipway.platform.lease..",
              "dev.slipway.platform.secrets..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..");

  @ArchTest
  static final ArchRule onlyTheAdapterKnowsDockerJava =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.slipway.docker.java..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.github.dockerjava..");

  @ArchTest
  static final ArchRule onlyTheBusTouchesTheEventBus =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.slipway.platform.bus..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.vertx.core.eventbus.EventBus");

  @ArchTest
  static final ArchRule onlyTheClusterKnowsHazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.slipway.platform.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..");

  @ArchTest
  static final ArchRule nobodyTrustsClusterLocksCountersOrMaps =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.vertx.core.shareddata.SharedData")
          .because("a lock there has many holders at once (docs/adr/002)");

  @ArchTest
  static final ArchRule nobodyWeakensTls =
      noClasses()
          .that()
          // Vert.x' bus trusts all by default; its one place tells it not to, as its test proves.
          .doNotHaveFullyQualifiedName("dev.slipway.platform.cluster.HazelcastCluster")
          .should()
          .callMethodWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                      "setTrustAll|setVerifyHost")))
          .because("a weaker context could be handed out of the client's cache");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameStartingWith("Abstract");

  @ArchTest
  static final ArchRule oneKindOfVertxThatLeavesNoCacheBehind =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(LeanVertx.class.getName())
          .should()
          .callConstructor(VertxOptions.class)
          .orShould()
          .callMethod(Vertx.class, "vertx");
}
