# shellcheck shell=bash
# The platform's own backup, and its way back onto an empty machine. Sourced by ./slipway.

# The tools that dump and restore run in a container of this image: the one the platform asks for.
ensure_database_tools() {
  [ -n "${SLIPWAY_DATABASE_POSTGRESQL_IMAGE:-}" ] && return 0
  docker image inspect slipway-base/postgres:17 >/dev/null 2>&1 && return 0
  say "making the image of PostgreSQL's tools (once)"
  quietly "$SLIPWAY_HOME/scripts/base-images.sh" postgres || refuse "the image slipway-base/postgres:17 could not be made; see the lines above."
}

# platform_backup ARGUMENT… : of the running platform
platform_backup() {
  read_settings
  [ -n "${SLIPWAY_DOCKER_HOST:-}" ] && export DOCKER_HOST="$SLIPWAY_DOCKER_HOST"
  if engine_answers; then ensure_database_tools; fi
  run_client backup platform "$@"
}

# platform_restore FILE [--master-key-file KEY] : into a data directory that holds nothing yet
platform_restore() {
  local file='' key=${SLIPWAY_MASTER_KEY_FILE:-} pid flags
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --master-key-file) [ "$#" -gt 1 ] || refuse "--master-key-file needs the name of a file." && key=$2 && shift ;;
      --master-key-file=*) key=${1#*=} ;;
      -*) refuse "'restore FILE' does not know '$1'; it takes --master-key-file FILE and --data DIR." ;;
      *) [ -z "$file" ] || refuse "'restore' takes one file, not '$file' and '$1'." && file=$1 ;;
    esac
    shift
  done
  [ -r "$file" ] || refuse "there is no file '$file' that $(id -un) may read; name the one that './slipway backup --output FILE' wrote."
  [ -n "$key" ] || refuse "the backup opens with the master key of its installation only; give it with --master-key-file FILE (it was master.key in that installation's data directory)."
  [ -r "$key" ] || refuse "there is no file '$key' that $(id -un) may read; name the one with the master key."
  if pid=$(process_of platform); then refuse "the platform runs (pid $pid) with the data directory $SLIPWAY_DATA; name an empty one with --data."; fi
  ensure_java
  ensure_engine
  ensure_database_tools
  ensure_distribution
  mkdir -p "$SLIPWAY_DATA" 2>/dev/null || refuse "the data directory $SLIPWAY_DATA cannot be made by $(id -un); set SLIPWAY_DATA or --data to another one."
  mapfile -t flags < <(jvm_flags cli)
  exec "$JAVA_HOME/bin/java" "${flags[@]}" -Xmx192m -cp "$(class_path)" "$(main_class_of restore)" "$(readlink -f "$file")" "$(readlink -f "$key")"
}
