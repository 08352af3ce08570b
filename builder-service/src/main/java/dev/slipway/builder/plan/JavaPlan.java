package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;

/** Plans a Maven or Gradle build: made in one stage, run from its jar in another. */
final class JavaPlan {
  private final SourceTree tree;
  private final PlanSettings settings;

  JavaPlan(SourceTree tree, PlanSettings settings) {
    this.tree = tree;
    this.settings = settings;
  }

  static boolean recognises(SourceTree tree) {
    return tree.firstOf("pom.xml", "build.gradle", "build.gradle.kts") != null;
  }

  BuildPlan plan() {
    boolean maven = tree.has("pom.xml");
    var recipe = new Recipe(settings).from("java", "build").workIn("/app", "/out").copy(".", ".");
    recipe.explain("found " + tree.firstOf("pom.xml", "build.gradle.kts", "build.gradle"));
    if (settings.installCommand() != null) {
      recipe
          .explain("install: " + settings.installCommand() + " (as set)")
          .run(String.valueOf(settings.installCommand()), cache(maven));
    }
    var build =
        settings.buildCommand() != null ? settings.buildCommand() : maven ? maven() : gradle();
    recipe.explain("build: " + build + (settings.buildCommand() != null ? " (as set)" : ""));
    recipe.runWithEnvironment(build, cache(maven));
    return settings.startCommand() != null ? everything(recipe) : jar(recipe, maven);
  }

  private static String cache(boolean maven) {
    return maven ? "/tmp/.m2" : "/tmp/.gradle";
  }

  private String maven() {
    return (tree.has("mvnw") ? "sh ./mvnw" : "mvn")
        + " -B -ntp -Duser.home=/tmp -DskipTests package";
  }

  private String gradle() {
    if (!tree.has("gradlew")) {
      throw Problem.failed(
          "gradle_wrapper_missing",
          "This is a Gradle build without its wrapper gradlew, so the Gradle version is unknown.",
          "Run `gradle wrapper` and commit gradlew and the gradle folder, or set buildCommand.");
    }
    return "GRADLE_USER_HOME=/tmp/.gradle sh ./gradlew --no-daemon --console=plain assemble -x test";
  }

  // a start command may name any file of the build
  private BuildPlan everything(Recipe recipe) {
    recipe.explain("start: " + settings.startCommand() + " (as set)");
    recipe
        .from("java", null)
        .workIn("/app")
        .line("COPY --from=build --chown=" + Recipe.USER + " /app /app");
    return recipe.serve(String.valueOf(settings.startCommand())).plan("java", tree.name());
  }

  private BuildPlan jar(Recipe recipe, boolean maven) {
    var folder = maven ? "target" : "build/libs";
    var command = "java $JAVA_OPTS -Dserver.port=$PORT -Dquarkus.http.port=$PORT -jar app.jar";
    recipe.line(
        "RUN if [ -d target/quarkus-app ]; then cp -R target/quarkus-app/. /out/ && mv /out/quarkus-run.jar /out/app.jar && exit 0; fi; "
            + "for jar in $(ls -S "
            + folder
            + "/*.jar */"
            + folder
            + "/*.jar 2>/dev/null | grep -vE '(-sources|-javadoc|-plain|-tests)\\.jar$|/original-'); do "
            + "if unzip -p \"$jar\" META-INF/MANIFEST.MF 2>/dev/null | grep -q '^Main-Class:' || jar xf \"$jar\" META-INF/MANIFEST.MF && grep -q '^Main-Class:' META-INF/MANIFEST.MF; then "
            + "echo \"running $jar\"; exec cp \"$jar\" /out/app.jar; fi; done; "
            + "echo \"the build made no jar with a Main-Class in "
            + folder
            + "\"; exit 1");
    recipe.explain("start: " + command + " (the largest jar that has a Main-Class)");
    recipe
        .from("java", null)
        .workIn("/app")
        .line("COPY --from=build --chown=" + Recipe.USER + " /out /app")
        .line("ENV JAVA_OPTS=");
    return recipe.serve(command).plan("java", tree.name());
  }
}
