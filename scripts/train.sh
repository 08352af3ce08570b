#!/usr/bin/env bash
# Records the JDK's ahead-of-time cache for the platform and the CLI: short runs of the real thing in a
# throw-away data directory on free ports. Best effort: whatever fails here only leaves starts as slow as they were.
set -u
SLIPWAY_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export SLIPWAY_HOME
for part in lib engine settings processes jvm distribution; do
  # shellcheck source=/dev/null
  . "$SLIPWAY_HOME/scripts/$part.sh"
done

main() {
  exec 9>>"$SLIPWAY_HOME/.train.lock"
  flock -n 9 || exit 0
  trap clean_up EXIT
  trap 'exit 1' TERM INT
  # running beside the platform must not slow it
  renice -n 10 $$ >/dev/null 2>&1
  ensure_java
  SLIPWAY_DATA=$(mktemp -d "${TMPDIR:-/tmp}/slipway-train.XXXXXX")
  SLIPWAY_API_PORT=$(free_port_from 23001)
  SLIPWAY_UI_PORT=$(free_port_from $((SLIPWAY_API_PORT + 1)))
  SLIPWAY_HTTP_PORT=$(free_port_from $((SLIPWAY_UI_PORT + 1)))
  export SLIPWAY_DATA SLIPWAY_API_PORT SLIPWAY_UI_PORT SLIPWAY_HTTP_PORT
  unset SLIPWAY_DATABASE_URL
  ensure_installation_id
  record cli --help
  record platform && platform_ready && requests
  finish platform
  keep cli && keep platform
}

# record KIND [ARGUMENTS] : starts it with recording on; the servers stay up, the CLI ends by itself.
record() {
  local kind=$1 flags
  shift
  mapfile -t flags < <(jvm_flags "$kind")
  (cd "$SLIPWAY_DATA" && exec "$JAVA_HOME/bin/java" "${flags[@]}" -XX:AOTCacheOutput="$DISTRIBUTION/$kind.aot.new" \
    "-Dslipway.data=$SLIPWAY_DATA" -cp "$(class_path)" "$(main_class_of "$kind")" "$@" </dev/null) 9>&- &
  printf -v "${kind}_pid" '%s' "$!"
  if [ "$kind" = cli ]; then wait "$!"; fi
}

platform_ready() {
  local tries=600
  until [ "$(http_status "$SLIPWAY_API_PORT" /api/health)" = 200 ]; do
    is_alive "${platform_pid:?}" && [ "$tries" -gt 0 ] || return 1
    sleep 0.1
    tries=$((tries - 1))
  done
}

# what a first request costs is class loading, so the recording sees some
requests() {
  local path
  for path in /api/health /api/installation /api/nothing-here; do http_status "$SLIPWAY_API_PORT" "$path" >/dev/null; done
  if [ -s "$SLIPWAY_DATA/operator.key" ] && have curl; then
    for path in installation projects applications deployments keys; do
      curl -s -m 5 -o /dev/null -H "x-api-key: $(cat "$SLIPWAY_DATA/operator.key")" "http://127.0.0.1:$SLIPWAY_API_PORT/api/$path"
    done
  fi
}

finish() {
  local name=$1_pid pid
  pid=${!name:-}
  [ -n "$pid" ] || return 0
  kill -s TERM "$pid" 2>/dev/null
  # the cache is written while the JVM ends
  await_end "$pid" 120 || kill -s KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
}

keep() {
  [ -s "$DISTRIBUTION/$1.aot.new" ] && mv "$DISTRIBUTION/$1.aot.new" "$DISTRIBUTION/$1.aot"
}

clean_up() {
  local kind pid
  for kind in platform; do finish "$kind"; done
  if pid=$(postgres_pid); then kill -s INT "$pid" 2>/dev/null && await_end "$pid" 20; fi
  rm -rf --one-file-system "${SLIPWAY_DATA:?}"
  rm -f "$DISTRIBUTION"/*.aot.new "$DISTRIBUTION"/*.aot.new.config
}

main "$@"
