# shellcheck shell=bash
# The distribution: every module's jar and their dependencies in standalone/target/slipway/lib.

DISTRIBUTION=$SLIPWAY_HOME/standalone/target/slipway

# ensure_distribution : built when it is missing or older than a source file.
ensure_distribution() {
  distribution_is_fresh && return 0
  need_maven
  (
    exec 9>>"$SLIPWAY_HOME/.build.lock"
    flock -w 1800 9 || refuse "another process has been building Slipway for 30 minutes; stop it or try again later."
    distribution_is_fresh && exit 0
    build_distribution 9>&-
  ) || exit $?
}

distribution_is_fresh() {
  [ -e "$DISTRIBUTION/.built" ] || return 1
  [ -z "$(sources_newer_than "$DISTRIBUTION/.built")" ]
}

# the modules that end up in the distribution; the tests and e2e do not
sources_newer_than() {
  local module paths=("$SLIPWAY_HOME/pom.xml")
  for module in contracts platform store docker-engine gateway builder-service runtime-service backup-service ingress cli standalone; do
    [ -d "$SLIPWAY_HOME/$module/src/main" ] && paths+=("$SLIPWAY_HOME/$module/src/main" "$SLIPWAY_HOME/$module/pom.xml")
  done
  paths+=("$SLIPWAY_HOME"/dashboard/{src,public,pom.xml,index.html,package.json,package-lock.json,tsconfig.json,vite.config.ts,build.mjs,.npmrc})
  find "${paths[@]}" -newer "$1" -type f -print -quit
}

# Maven, and what the dashboard's module calls: the machine's own Node.js and npm.
need_maven() {
  have "${SLIPWAY_MAVEN:-mvn}" || apt_install maven || refuse "Maven is needed to build Slipway and could not be installed; install Maven 3.8 or newer."
  if ! have node || ! have npm; then
    # a Node.js from elsewhere brings its own npm, and Debian's package would replace it
    have node || apt_install nodejs || refuse "Node.js is needed to build the dashboard and could not be installed; install Node.js 18.19 or newer with npm."
    have npm || apt_install npm || refuse "npm is needed to build the dashboard and could not be installed; install the one that belongs to $(command -v node)."
  fi
}

maven() { (cd "$SLIPWAY_HOME" && "${SLIPWAY_MAVEN:-mvn}" -B -ntp "$@"); }

build_distribution() {
  local log=$SLIPWAY_HOME/.build.log
  say "building Slipway (the first time fetches its libraries: some minutes)"
  if ! build_distribution_by package_distribution "$log"; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2
    refuse "the build failed; the lines above say where, $log has all of it."
  fi
}

package_distribution() { maven -pl standalone -am -DskipTests -Dcheck.skip=true package >"$1" 2>&1; }

# build_distribution_by COMMAND… : what the command leaves is the distribution from now on; fails when the command does.
build_distribution_by() {
  local began=$SECONDS
  mkdir -p "$DISTRIBUTION"
  rm -f "$DISTRIBUTION/.built" "$DISTRIBUTION"/*.aot
  touch "$DISTRIBUTION/.building"
  "$@" || return 1
  [ -n "$(ls "$DISTRIBUTION"/lib/*.jar 2>/dev/null)" ] || refuse "the build left no jars in $DISTRIBUTION/lib."
  # a source that changed during the build is newer than this stamp, so the next start builds again
  mv "$DISTRIBUTION/.building" "$DISTRIBUTION/.built"
  say "built in $((SECONDS - began)) s"
  record_startup_cache
}

# A start from the JDK's ahead-of-time cache takes a fraction of the time. It is recorded by short runs of the real thing
# in a throw-away data directory, once per build; best effort, nothing depends on it.
record_startup_cache() {
  local began=$SECONDS
  [ "${SLIPWAY_AOT:-yes}" = no ] && return 0
  timeout 180 "$SLIPWAY_HOME/scripts/train.sh" </dev/null >"$SLIPWAY_HOME/.train.log" 2>&1
  if [ -s "$DISTRIBUTION/platform.aot" ]; then
    say "recorded a start-up cache in $((SECONDS - began)) s"
  else
    say "no start-up cache could be recorded (.train.log says why); starts take a little longer"
  fi
}
