# shellcheck shell=bash
# up, down, status and logs of the standalone platform and the ingress beside it.

START_BOUND=${SLIPWAY_START_SECONDS:-90}

# ---- up -------------------------------------------------------------------------------------------------------------

# platform_up yes|no : started in the background (yes), or in the foreground until Ctrl-C or TERM.
platform_up() {
  local detach=$1 pid
  if pid=$(process_of platform); then
    ports_of_this_platform
    say "the platform already runs (pid $pid)"
    ensure_java
    ensure_distribution
    start_ingress
    where_things_are
    return 0
  fi
  ports_of_this_platform fresh
  require_ports
  ensure_installation_id
  ensure_java
  ensure_engine
  ensure_distribution
  # after a reboot the last-good routes bring the applications back before the platform is up
  if [ -e "$SLIPWAY_DATA/routes/current.json" ]; then start_ingress; fi
  start_platform
  [ "$detach" = yes ] || trap 'trap "" INT TERM; stop_platform; exit 0' INT TERM
  start_ingress
  await_health "$PLATFORM_PID"
  where_things_are
  [ "$detach" = yes ] || stay_in_foreground
}

require_ports() {
  require_free_port "$SLIPWAY_API_PORT" SLIPWAY_API_PORT API
  [ "$SLIPWAY_UI_PORT" = "$SLIPWAY_API_PORT" ] || require_free_port "$SLIPWAY_UI_PORT" SLIPWAY_UI_PORT dashboard
  process_of ingress >/dev/null || require_free_port "$SLIPWAY_HTTP_PORT" SLIPWAY_HTTP_PORT "applications' traffic"
}

# launch KIND : starts a JVM in a session of its own; its pid in LAUNCHED.
launch() {
  local kind=$1 flags aot log=$SLIPWAY_DATA/log/$1.log
  if [ "$(stat -c %s "$log" 2>/dev/null || echo 0)" -gt 10000000 ]; then mv -f "$log" "$log.1"; fi
  mapfile -t flags < <(jvm_flags "$kind")
  mapfile -t aot < <(aot_flags "$kind")
  # one arena instead of one per thread: glibc's arenas cost more than the heap otherwise
  # shellcheck disable=SC2086 # SLIPWAY_JAVA_OPTIONS is a list of flags
  (
    cd "$SLIPWAY_DATA" || exit 1
    MALLOC_ARENA_MAX=1 exec setsid "$JAVA_HOME/bin/java" "${flags[@]}" "${aot[@]}" ${SLIPWAY_JAVA_OPTIONS:-} \
      "-Dslipway.data=$SLIPWAY_DATA" -cp "$(class_path)" "$(main_class_of "$kind")" </dev/null >>"$log" 2>&1
  ) &
  LAUNCHED=$!
  # the folder's name is known to others only when the process has become Java: until then the pid would not be ours
  local tries=100
  until is_ours "$LAUNCHED" "$kind" || ! is_alive "$LAUNCHED" || [ "$tries" = 0 ]; do sleep 0.02; tries=$((tries - 1)); done
  printf '%s\n' "$LAUNCHED" >"$SLIPWAY_DATA/run/$kind.pid"
}

start_platform() {
  say "starting the platform (log: $SLIPWAY_DATA/log/platform.log)"
  PLATFORM_STARTED_AT=$(date +%s%3N)
  PLATFORM_LOG_FROM=$(($(stat -c %s "$SLIPWAY_DATA/log/platform.log" 2>/dev/null || echo 0) + 1))
  launch platform
  PLATFORM_PID=$LAUNCHED
}

start_ingress() {
  local pid wanted=$SLIPWAY_HTTP_PORT running tries=300
  if pid=$(process_of ingress); then
    running=$(environment_of "$pid" SLIPWAY_HTTP_PORT)
    if [ -n "$running" ] && [ "$running" != "$wanted" ]; then
      say "the ingress goes on with port $running, not $wanted; './slipway down --all' and up again moves it"
    fi
    return 0
  fi
  require_free_port "$wanted" SLIPWAY_HTTP_PORT "applications' traffic"
  say "starting the ingress (log: $SLIPWAY_DATA/log/ingress.log)"
  launch ingress
  pid=$LAUNCHED
  until port_taken "$wanted" >/dev/null; do
    is_alive "$pid" || died ingress
    [ "$tries" -gt 0 ] || { say "the ingress does not listen on port $wanted after 30 s; see $SLIPWAY_DATA/log/ingress.log"; return 0; }
    sleep 0.1
    tries=$((tries - 1))
  done
}

await_health() {
  local pid=$1 tries=$((START_BOUND * 10))
  until [ "$(http_status "$SLIPWAY_API_PORT" /api/health)" = 200 ]; do
    is_alive "$pid" || died platform
    if [ "$tries" -le 0 ]; then
      tail -n 20 "$SLIPWAY_DATA/log/platform.log" >&2
      refuse "the platform does not answer on port $SLIPWAY_API_PORT after $START_BOUND s; the lines above are the end of its log. It was left running; './slipway down' stops it."
    fi
    sleep 0.05
    tries=$((tries - 1))
  done
  say "the platform is healthy after $(($(date +%s%3N) - PLATFORM_STARTED_AT)) ms"
}

died() {
  local log=$SLIPWAY_DATA/log/$1.log
  if [ "$1" = platform ]; then tail -c "+${PLATFORM_LOG_FROM:-1}" "$log" | tail -n 20 >&2; else tail -n 20 "$log" >&2; fi
  rm -f "$SLIPWAY_DATA/run/$1.pid"
  refuse "the $1 ended while it started; the lines above are the end of $log."
}

where_things_are() {
  cat >&2 <<TEXT
slipway:   dashboard      http://localhost:$SLIPWAY_UI_PORT
slipway:   API            http://localhost:$SLIPWAY_API_PORT/api
slipway:   applications   http://<name>.localhost:$SLIPWAY_HTTP_PORT
slipway:   data           $SLIPWAY_DATA
slipway:   first API key  $SLIPWAY_DATA/operator.key   (another one: ./slipway key create --name NAME)
TEXT
}

stay_in_foreground() {
  local rc=0
  say "Ctrl-C stops the platform; the ingress and the applications go on"
  tail -n 0 -f --pid="$PLATFORM_PID" "$SLIPWAY_DATA/log/platform.log" &
  local tail_pid=$!
  wait "$PLATFORM_PID" || rc=$?
  kill "$tail_pid" 2>/dev/null
  rm -f "$SLIPWAY_DATA/run/platform.pid"
  if [ "$rc" != 0 ]; then
    tail -n 20 "$SLIPWAY_DATA/log/platform.log" >&2
    refuse "the platform ended by itself (exit code $rc); the lines above are the end of its log. './slipway up' starts it again and resumes its work."
  fi
}

# ---- down -----------------------------------------------------------------------------------------------------------

stop_platform() {
  local pid
  if pid=$(process_of platform); then
    say "stopping the platform (pid $pid)"
    stop_process platform "$pid" 75
  else
    say "the platform does not run"
  fi
  rm -f "$SLIPWAY_DATA/run/platform.pid"
  if pid=$(postgres_pid); then
    # after a killed platform its PostgreSQL is still there; SIGINT is PostgreSQL's fast shutdown
    stop_process "embedded PostgreSQL" "$pid" 30 INT
  fi
}

stop_ingress() {
  local pid
  if pid=$(process_of ingress); then
    say "stopping the ingress (pid $pid)"
    stop_process ingress "$pid" 40
  fi
  rm -f "$SLIPWAY_DATA/run/ingress.pid"
}

# platform_down platform|all|remove YES
platform_down() {
  local what=$1 yes=$2
  [ -d "$SLIPWAY_DATA" ] || { say "there is nothing at $SLIPWAY_DATA"; return 0; }
  [ "$what" = remove ] && confirm_removal "$yes"
  stop_platform
  if [ "$what" = platform ]; then
    process_of ingress >/dev/null && say "the ingress and the applications go on; './slipway down --all' stops the ingress too"
    return 0
  fi
  stop_ingress
  stop_demo_repository
  [ "$what" = remove ] && remove_everything
  return 0
}

confirm_removal() {
  local answer
  [ -e "$SLIPWAY_DATA/installation-id" ] || refuse "$SLIPWAY_DATA holds no installation of Slipway (no installation-id), so there is nothing to remove."
  # a script that says --remove means it; a person may have mistyped
  if [ "$1" = yes ] || ! [ -t 0 ]; then return 0; fi
  printf 'This deletes every application, image and volume of the installation at %s, for good. Type yes: ' "$SLIPWAY_DATA" >&2
  read -r answer
  [ "$answer" = yes ] || refuse "nothing was removed."
}

# Only what carries this installation's id, and in the data directory only what Slipway itself put there.
remove_everything() {
  local id label name
  id=$(cat "$SLIPWAY_DATA/installation-id")
  [[ "$id" =~ ^[0-9a-f]{12}$ ]] || refuse "$SLIPWAY_DATA/installation-id is damaged; nothing was removed."
  label=label=dev.slipway.installation=$id
  [ -n "${SLIPWAY_DOCKER_HOST:-}" ] && export DOCKER_HOST="$SLIPWAY_DOCKER_HOST"
  if engine_answers; then
    say "removing the services, containers, networks, volumes and images of installation $id"
    remove_objects service "$(docker service ls -q --filter "$label")"
    # no grace for what is deleted anyway
    await_removed container "$label"
    await_removed network "$label"
    await_removed volume "$label"
    # shellcheck disable=SC2046 # ids, one word each
    remove_objects image "$(docker images -aq --filter "$label" | sort -u)" -f
    for name in secret config; do remove_objects "$name" "$(docker "$name" ls -q --filter "$label")"; done
  else
    refuse "the Docker engine does not answer, so the applications cannot be removed; start it and say './slipway down --remove' again."
  fi
  remove_data
  say "removed; the base images stay for other installations ('docker rmi \$(docker images -q --filter label=dev.slipway.base)' removes them)"
}

# remove_objects KIND IDS [FLAG…]
remove_objects() {
  local kind=$1 ids=$2
  shift 2
  [ -n "$ids" ] || return 0
  # shellcheck disable=SC2086 # ids, one word each
  quietly docker "$kind" rm "$@" $ids || say "not every $kind could be removed; see the lines above"
}

# A network or volume is busy until the last task has really gone, and Swarm may start a task while its service goes.
await_removed() {
  local kind=$1 filter=$2 tries=60 ids list=(-q) flags=()
  if [ "$kind" = container ]; then list=(-aq) flags=(-f -v); fi
  while ids=$(docker "$kind" ls "${list[@]}" --filter "$filter") && [ -n "$ids" ]; do
    # shellcheck disable=SC2086
    docker "$kind" rm "${flags[@]}" $ids >/dev/null 2>&1 && continue
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { remove_objects "$kind" "$ids"; return 0; }
    sleep 0.5
  done
}

remove_data() {
  local entry rest
  for entry in installation-id postgres database.url operator.key master.key audit.checkpoint upload routes git work log run demo keys ssh tmp cache native ui.url restoring; do
    rm -rf --one-file-system "${SLIPWAY_DATA:?}/$entry"
  done
  remove_empty_backups
  rest=$(find "$SLIPWAY_DATA" -mindepth 1 -maxdepth 1 ! -name backups -printf '%f\n')
  if [ -z "$rest" ]; then
    rmdir "$SLIPWAY_DATA" 2>/dev/null || true
  else
    say "left in $SLIPWAY_DATA, because Slipway did not make it: $(printf '%s' "$rest" | tr '\n' ' ')"
  fi
}

# Backups are what is left when all else is gone: whoever wants to lose them too removes them by hand.
remove_empty_backups() {
  local folder=$SLIPWAY_DATA/backups
  [ -d "$folder" ] || return 0
  find "$folder" -depth -type d -empty -delete
  [ ! -d "$folder" ] || say "the backups stay in $folder; remove that folder yourself if nobody needs them"
}

# ---- status and logs ------------------------------------------------------------------------------------------------

platform_status() {
  local pid status rc=1
  ports_of_this_platform
  status=$(http_status "$SLIPWAY_API_PORT" /api/health)
  if pid=$(process_of platform); then
    case "$status" in
      200) printf 'platform    running (pid %s), healthy, http://localhost:%s\n' "$pid" "$SLIPWAY_API_PORT" && rc=0 ;;
      000) printf 'platform    running (pid %s), does not answer on port %s\n' "$pid" "$SLIPWAY_API_PORT" ;;
      *) printf 'platform    running (pid %s), not healthy (HTTP %s)\n' "$pid" "$status" ;;
    esac
  elif [ "$status" = 000 ]; then
    printf 'platform    stopped\n'
  else
    printf 'platform    a gateway answers on port %s (HTTP %s)\n' "$SLIPWAY_API_PORT" "$status"
    [ "$status" != 200 ] || rc=0
  fi
  [ "$status" = 000 ] || printf 'health      %s\n' "$(http_body "$SLIPWAY_API_PORT" /api/health)"
  if pid=$(process_of ingress); then printf 'ingress     running (pid %s)\n' "$pid"; else printf 'ingress     stopped\n'; fi
  if pid=$(postgres_pid); then printf 'postgres    embedded, running (pid %s)\n' "$pid"; fi
  if engine_answers; then
    printf 'engine      %s\n' "$(docker version --format '{{.Server.Version}}')"
    if [ -s "$SLIPWAY_DATA/installation-id" ]; then
      printf 'services    %s\n' "$(docker service ls -q --filter "label=dev.slipway.installation=$(cat "$SLIPWAY_DATA/installation-id")" 2>/dev/null | wc -l)"
    fi
  else
    printf 'engine      does not answer\n'
  fi
  printf 'data        %s (%s)\n' "$SLIPWAY_DATA" "$(cat "$SLIPWAY_DATA/installation-id" 2>/dev/null || echo 'not yet made')"
  # who is at work; the client is not built only to tell that
  if [ "$status" = 200 ] && [ -s "$SLIPWAY_DATA/operator.key" ] && distribution_is_fresh; then
    printf '\n'
    (run_client processes) || true
  fi
  return $rc
}

# platform_logs [-f|--follow] [-n LINES] [--ingress]
platform_logs() {
  local follow=() lines=200 kind=platform
  while [ "$#" -gt 0 ]; do
    case "$1" in
      -f | --follow) follow=(-F) ;;
      -n | --lines) lines=${2:-200} && shift ;;
      --ingress) kind=ingress ;;
      *) refuse "logs knows --follow, --lines N and --ingress, not '$1'." ;;
    esac
    shift
  done
  [ -e "$SLIPWAY_DATA/log/$kind.log" ] || refuse "there is no log at $SLIPWAY_DATA/log/$kind.log yet; './slipway up' starts the platform."
  exec tail -n "$lines" "${follow[@]}" "$SLIPWAY_DATA/log/$kind.log"
}
