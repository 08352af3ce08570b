package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans a folder of files, served by nginx as user 1000. */
final class StaticPlan {
  private StaticPlan() {}

  /** Files as they are in the repository, or as a build command leaves them. */
  static BuildPlan plan(SourceTree tree, PlanSettings settings) {
    if (tree.has("package.json")
        && (settings.buildCommand() != null
            || !tree.has(folder(tree, settings) + "/index.html")
                && tree.json("package.json").encode().contains("\"build\":"))) {
      return new NodePlan(tree, settings).site();
    }
    if (settings.buildCommand() != null) {
      return builtByCommand(tree, settings);
    }
    var folder = folder(tree, settings);
    if (!tree.hasFolder(folder)) {
      throw Problem.failed(
          "output_directory_missing",
          "The repository has no folder '" + folder + "'; it has " + tree.listed() + ".",
          "Set outputDirectory to the folder with the site's files, or set the buildCommand that makes it.");
    }
    var recipe = new Recipe(settings);
    recipe.explain(
        "static files from " + (folder.equals(".") ? "the root directory" : folder + "/"));
    if (tree.firstOf(folder + "/index.html", folder + "/index.htm") == null) {
      recipe.explain("there is no index.html: the address / will answer 404");
    }
    return serve(recipe, settings, Boolean.TRUE.equals(settings.build().spa()), copy(folder))
        .plan("static", tree.name());
  }

  private static String folder(SourceTree tree, PlanSettings settings) {
    if (settings.outputDirectory() != null) {
      return settings.outputDirectory().replaceAll("^/+|/+$", "").replaceAll("^$", ".");
    }
    if (tree.has("index.html")) {
      return ".";
    }
    for (var guess : List.of("public", "dist", "build", "site", "_site", "www", "docs")) {
      if (tree.has(guess + "/index.html")) {
        return guess;
      }
    }
    return ".";
  }

  private static BuildPlan builtByCommand(SourceTree tree, PlanSettings settings) {
    var recipe = new Recipe(settings);
    recipe
        .explain("build: " + settings.buildCommand() + " (as set)")
        .from("debian", "build")
        .workIn("/app", "/site")
        .copy(".", ".");
    if (settings.installCommand() != null) {
      recipe
          .explain("install: " + settings.installCommand() + " (as set)")
          .run(settings.installCommand());
    }
    recipe.runWithEnvironment(String.valueOf(settings.buildCommand()));
    collect(recipe, settings.outputDirectory(), List.of("dist", "build", "out", "public", "_site"));
    return serve(
            recipe,
            settings,
            Boolean.TRUE.equals(settings.build().spa()),
            "COPY --from=build /site /srv")
        .plan("static", tree.name());
  }

  /** Brings what a build made to {@code /site}, or fails naming where it looked. */
  static void collect(Recipe recipe, @Nullable String wanted, List<String> guesses) {
    if (wanted != null) {
      var folder = Recipe.quoted(wanted.replaceAll("^/+", ""));
      recipe.explain("site: " + wanted + " (as set)");
      recipe.line(
          "RUN test -d "
              + folder
              + " || { echo \"the build made no folder \""
              + folder
              + "; ls -a; exit 1; }; cp -R "
              + folder
              + "/. /site/");
      return;
    }
    var where = String.join(" ", guesses);
    recipe.explain(
        "site: the first of " + where + " that has an index.html (set outputDirectory to choose)");
    recipe.line(
        "RUN for folder in "
            + where
            + "; do if [ -f \"$folder/index.html\" ]; then echo \"serving $folder\"; exec cp -R \"$folder/.\" /site/; fi; done; "
            + "echo \"the build made no index.html in any of: "
            + where.replace("*", "\\*")
            + "\"; ls -a; exit 1");
  }

  /** The stage that serves {@code /srv}. */
  static Recipe serve(Recipe recipe, PlanSettings settings, boolean spa, String copy) {
    recipe.explain(
        spa ? "unknown paths answer index.html (spa)" : "unknown paths answer 404 (spa is off)");
    recipe.from("static", null).line("USER 0");
    recipe.line(
        "RUN mkdir -p /etc/slipway && printf '%s\\n' "
            + configuration(settings.port(), spa)
                .lines()
                .map(Recipe::quoted)
                .collect(Collectors.joining(" "))
            + " > /etc/slipway/nginx.conf");
    recipe.line(copy).line("USER " + Recipe.USER).line("STOPSIGNAL SIGQUIT");
    return recipe.serve("nginx -e stderr -c /etc/slipway/nginx.conf");
  }

  private static String configuration(int port, boolean spa) {
    return """
    worker_processes 1;
    daemon off;
    pid /tmp/slipway-nginx.pid;
    events { worker_connections 1024; }
    http {
      include /etc/nginx/mime.types;
      default_type application/octet-stream;
      access_log off;
      error_log stderr warn;
      client_body_temp_path /tmp/slipway-body;
      proxy_temp_path /tmp/slipway-proxy;
      fastcgi_temp_path /tmp/slipway-fastcgi;
      uwsgi_temp_path /tmp/slipway-uwsgi;
      scgi_temp_path /tmp/slipway-scgi;
      sendfile on;
      tcp_nopush on;
      server_tokens off;
      gzip on;
      gzip_vary on;
      gzip_types text/css text/plain application/javascript application/json application/xml image/svg+xml;
      server {
        listen %d;
        root /srv;
        index index.html index.htm;
        absolute_redirect off;
        error_page 404 /404.html;
        location = /404.html { internal; }
        location ~ /\\.(?!well-known/) { return 404; }
        location / {
          add_header Cache-Control "no-cache";
          try_files $uri $uri/ $uri.html %s;
        }
      }
    }
    """
        .formatted(port, spa ? "/index.html" : "=404");
  }

  private static String copy(String folder) {
    return folder.indexOf(' ') < 0
        ? "COPY " + folder + "/. /srv"
        : "COPY [\"" + folder + "/.\", \"/srv\"]";
  }
}
