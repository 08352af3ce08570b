package dev.slipway.builder.plan;

import dev.slipway.contracts.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plans a Python application: its packages in an environment of their own, and a server guessed
 * from what it imports.
 */
final class PythonPlan {
  private static final Pattern FASTAPI =
      Pattern.compile(
          "(?m)^(\\w+)\\s*(?::\\s*\\w+\\s*)?=\\s*(?:fastapi\\.)?(?:FastAPI|Starlette|Litestar)\\(");
  private static final Pattern FLASK =
      Pattern.compile("(?m)^(\\w+)\\s*(?::\\s*\\w+\\s*)?=\\s*(?:flask\\.)?(?:Flask|Quart)\\(");
  private static final Pattern WSGI = Pattern.compile("wsgi\\.py");
  private static final List<String> MODULES =
      List.of(
          "main.py",
          "app.py",
          "server.py",
          "api.py",
          "application.py",
          "wsgi.py",
          "asgi.py",
          "app/main.py",
          "app/__init__.py",
          "app/app.py",
          "src/main.py",
          "src/app.py");

  private final SourceTree tree;
  private final PlanSettings settings;
  private final String declared;

  PythonPlan(SourceTree tree, PlanSettings settings) {
    this.tree = tree;
    this.settings = settings;
    this.declared =
        (tree.read("requirements.txt") + tree.read("pyproject.toml") + tree.read("Pipfile"))
            .toLowerCase(Locale.ROOT);
  }

  static boolean recognises(SourceTree tree) {
    return tree.firstOf(
            "requirements.txt",
            "pyproject.toml",
            "Pipfile",
            "setup.py",
            "manage.py",
            "main.py",
            "app.py")
        != null;
  }

  /** Whether there is something to run; a tool's settings file alone makes no application. */
  boolean runs() {
    return start() != null;
  }

  BuildPlan plan() {
    var start = start();
    if (start == null) {
      throw Problem.failed(
          "start_command_unknown",
          "This is Python, but there is no Procfile, manage.py, main.py or app.py, and no FastAPI or Flask application was found.",
          "Set startCommand, for example: uvicorn package.module:app --host 0.0.0.0 --port $PORT");
    }
    var recipe = new Recipe(settings).from("python", null).workIn("/app", "/opt/venv");
    recipe.line(
        "ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=off PIP_DISABLE_PIP_VERSION_CHECK=1");
    recipe
        .line("RUN python3 -m venv /opt/venv")
        .ignore("**/__pycache__")
        .ignore(".venv")
        .ignore("venv");
    install(recipe);
    if (settings.buildCommand() != null) {
      recipe
          .explain("build: " + settings.buildCommand() + " (as set)")
          .runWithEnvironment(String.valueOf(settings.buildCommand()));
    }
    recipe.explain("start: " + start.command() + " (" + start.why() + ")");
    return recipe.serve(start.command()).plan("python", tree.name());
  }

  private void install(Recipe recipe) {
    var own = settings.installCommand();
    if (own != null) {
      recipe.explain("install: " + own + " (as set)").copy(".", ".").run(own, "/tmp/.cache/pip");
    } else if (tree.has("uv.lock")) {
      all(
          recipe,
          "uv.lock",
          "pip install -q uv && uv sync --frozen --no-dev --active --no-editable");
    } else if (tree.has("poetry.lock")) {
      all(
          recipe,
          "poetry.lock",
          "pip install -q poetry && poetry install --no-interaction --only main --no-root");
    } else if (tree.has("Pipfile.lock")) {
      all(recipe, "Pipfile.lock", "pip install -q pipenv && PIPENV_VERBOSITY=-1 pipenv sync");
    } else if (tree.has("requirements.txt")) {
      requirements(recipe);
    } else if (tree.firstOf("pyproject.toml", "setup.py") != null) {
      all(recipe, tree.has("pyproject.toml") ? "pyproject.toml" : "setup.py", "pip install .");
    } else if (tree.has("Pipfile")) {
      all(
          recipe,
          "Pipfile",
          "pip install -q pipenv && PIPENV_VERBOSITY=-1 pipenv install --skip-lock");
    } else {
      recipe
          .explain("found Python without a list of packages; nothing is installed")
          .copy(".", ".");
    }
  }

  private void requirements(Recipe recipe) {
    var command = "pip install -r requirements.txt";
    recipe.explain("found requirements.txt").explain("install: " + command);
    // a list that names other files needs them
    boolean alone =
        !Pattern.compile("(?m)^\\s*(-r|-c|-e|--requirement|--constraint|--editable|\\.|.*file:)")
            .matcher(tree.read("requirements.txt"))
            .find();
    if (alone) {
      recipe.copy("requirements.txt", "./").run(command, "/tmp/.cache/pip").copy(".", ".");
    } else {
      recipe.copy(".", ".").run(command, "/tmp/.cache/pip");
    }
  }

  private static void all(Recipe recipe, String found, String command) {
    recipe
        .explain("found " + found)
        .explain("install: " + command)
        .copy(".", ".")
        .run(command, "/tmp/.cache/pip");
  }

  private record Start(String command, String why) {}

  private @Nullable Start start() {
    if (settings.startCommand() != null) {
      return new Start(settings.startCommand(), "as set");
    }
    var web = Procfile.web(tree);
    if (web != null) {
      return new Start(web, "Procfile");
    }
    if (tree.has("manage.py")) {
      return django();
    }
    for (var module : MODULES) {
      var start = server(module);
      if (start != null) {
        return start;
      }
    }
    var file = tree.firstOf("main.py", "app.py", "server.py", "run.py", "src/main.py");
    return file == null ? null : new Start("python " + file, file + " is there");
  }

  private Start django() {
    var wsgi = tree.find(WSGI, 3);
    if (wsgi.isPresent() && declared.contains("gunicorn")) {
      return new Start(
          "gunicorn " + module(wsgi.get()) + " --bind 0.0.0.0:$PORT", "Django with gunicorn");
    }
    return new Start(
        "python manage.py runserver --noreload 0.0.0.0:$PORT",
        "Django; add gunicorn to the packages for a server made for production");
  }

  private @Nullable Start server(String file) {
    var text = tree.read(file);
    var fastapi = FASTAPI.matcher(text);
    if (fastapi.find()) {
      var target = module(file) + ":" + fastapi.group(1);
      return new Start(
          "uvicorn " + target + " --host 0.0.0.0 --port $PORT", "an ASGI application in " + file);
    }
    var flask = FLASK.matcher(text);
    if (flask.find()) {
      var target = module(file) + ":" + flask.group(1);
      return declared.contains("gunicorn")
          ? new Start(
              "gunicorn " + target + " --bind 0.0.0.0:$PORT", "Flask with gunicorn in " + file)
          : new Start(
              "flask --app " + target + " run --host 0.0.0.0 --port $PORT",
              "Flask in "
                  + file
                  + "; add gunicorn to the packages for a server made for production");
    }
    return null;
  }

  private static String module(String file) {
    return file.replaceAll("(/__init__)?\\.py$", "").replaceAll("^src/", "src.").replace('/', '.');
  }
}
