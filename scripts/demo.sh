# shellcheck shell=bash
# demo: the sample application, deployed from a real Git repository through the real API.

DEMO_APP=hello
DEMO_TEXT='Hello from Slipway'

demo() {
  need_command git git || refuse "Git is needed for the demo; install it and run this command again."
  need_command curl curl || refuse "curl is needed for the demo; install it and run this command again."
  # the sample's repository is served on loopback, which the platform refuses otherwise
  export SLIPWAY_ALLOW_PRIVATE_ADDRESSES=true
  restart_without_loopback
  platform_up yes
  [ -s "$SLIPWAY_DATA/operator.key" ] || refuse "the platform made no operator key at $SLIPWAY_DATA/operator.key; see $SLIPWAY_DATA/log/platform.log."
  make_demo_repository
  serve_demo_repository
  demo_application
  demo_deploy
  demo_show
}

restart_without_loopback() {
  local pid
  if pid=$(process_of platform) && [ "$(environment_of "$pid" SLIPWAY_ALLOW_PRIVATE_ADDRESSES)" != true ]; then
    say "the platform runs without SLIPWAY_ALLOW_PRIVATE_ADDRESSES, which the demo's repository on loopback needs; restarting it (applications go on)"
    ports_of_this_platform
    stop_platform
  fi
}

# ---- the repository -------------------------------------------------------------------------------------------------

# A bare repository whose branch main holds examples/hello-dockerfile; a second run commits only what changed.
make_demo_repository() {
  local bare=$SLIPWAY_DATA/demo/hello.git work
  mkdir -p "$SLIPWAY_DATA/demo"
  work=$(mktemp -d "$SLIPWAY_DATA/demo/work.XXXXXX")
  [ -d "$bare" ] || quietly git init -q --bare --initial-branch=main "$bare" || refuse "the demo's repository could not be made at $bare."
  quietly git clone -q "$bare" "$work/hello"
  find "$work/hello" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
  cp -R "$SLIPWAY_HOME/examples/hello-dockerfile/." "$work/hello/"
  (
    cd "$work/hello" || exit 1
    git add -A
    git diff --cached --quiet && exit 0
    git -c user.name=Slipway -c user.email=demo@localhost -c commit.gpgsign=false commit -q -m 'The sample application' &&
      git push -q origin HEAD:main
  ) || refuse "the sample could not be committed to $bare; see the lines above."
  rm -rf "$work"
}

serve_demo_repository() {
  local port pid
  if pid=$(demo_repository_pid); then
    DEMO_GIT_PORT=$(cat "$SLIPWAY_DATA/run/git-daemon.port")
    return 0
  fi
  port=$(cat "$SLIPWAY_DATA/run/git-daemon.port" 2>/dev/null)
  if ! valid_port "$port" || port_taken "$port" >/dev/null; then port=$(free_port_from 9418); fi
  setsid --fork git daemon --listen=127.0.0.1 --port="$port" --reuseaddr --export-all --base-path="$SLIPWAY_DATA/demo" \
    --pid-file="$SLIPWAY_DATA/run/git-daemon.pid" "$SLIPWAY_DATA/demo" </dev/null >>"$SLIPWAY_DATA/log/git-daemon.log" 2>&1
  printf '%s' "$port" >"$SLIPWAY_DATA/run/git-daemon.port"
  local tries=100
  until demo_repository_pid >/dev/null && port_taken "$port" >/dev/null; do
    [ "$tries" -gt 0 ] || refuse "the demo's Git server did not start; see $SLIPWAY_DATA/log/git-daemon.log."
    sleep 0.1
    tries=$((tries - 1))
  done
  DEMO_GIT_PORT=$port
  say "the sample's repository: git://127.0.0.1:$port/hello.git"
}

demo_repository_pid() {
  local pid
  pid=$(cat "$SLIPWAY_DATA/run/git-daemon.pid" 2>/dev/null) || return 1
  process_has "$pid" "--base-path=$SLIPWAY_DATA/demo" && printf '%s' "$pid"
}

stop_demo_repository() {
  local pid
  if pid=$(demo_repository_pid); then stop_process "demo's Git server" "$pid" 5; fi
  rm -f "$SLIPWAY_DATA/run/git-daemon.pid"
}

# ---- the API --------------------------------------------------------------------------------------------------------

# api METHOD PATH [BODY] : the body of the answer in ANSWER, its status in STATUS. The key never shows in a process list.
api() {
  local arguments=(-sS -m 90 -X "$1" -w '\n%{http_code}' -H 'content-type: application/json' -H "idempotency-key: demo-$$-$RANDOM-$SECONDS")
  [ "$#" -gt 2 ] && arguments+=(--data "$3")
  ANSWER=$(curl -K <(operator_key_header) "${arguments[@]}" "http://127.0.0.1:$SLIPWAY_API_PORT/api$2" 2>&1)
  STATUS=${ANSWER##*$'\n'}
  ANSWER=${ANSWER%$'\n'*}
}

operator_key_header() { printf 'header = "x-api-key: %s"\n' "$(cat "$SLIPWAY_DATA/operator.key")"; }

# field NAME : the first string of that name in ANSWER.
field() { printf '%s' "$ANSWER" | tr '\n' ' ' | grep -oE "\"$1\" ?: ?\"[^\"]*\"" | head -n 1 | sed -E 's/^"[^"]*" ?: ?"(.*)"$/\1/'; }

demo_application() {
  api GET "/applications?q=$DEMO_APP&limit=100"
  [ "$STATUS" = 200 ] || refuse "the API answered $STATUS when asked for the applications: $ANSWER"
  DEMO_ID=$(printf '%s' "$ANSWER" | tr '\n' ' ' | grep -oE "\"id\" ?: ?\"[^\"]+\" ?, ?\"name\" ?: ?\"$DEMO_APP\"" | head -n 1 | sed -E 's/^"id" ?: ?"([^"]+)".*/\1/')
  if [ -n "$DEMO_ID" ]; then
    api PATCH "/applications/$DEMO_ID" "$(printf '{"repository":"git://127.0.0.1:%s/hello.git"}' "$DEMO_GIT_PORT")"
    return 0
  fi
  api POST /applications "$(printf '{"name":"%s","repository":"git://127.0.0.1:%s/hello.git","branch":"main","build":{"type":"dockerfile"},"port":8080,"healthCheck":{"path":"/health"}}' "$DEMO_APP" "$DEMO_GIT_PORT")"
  [ "$STATUS" = 201 ] || refuse "the application could not be created (HTTP $STATUS): $ANSWER"
  DEMO_ID=$(field id)
  say "created the application $DEMO_APP ($DEMO_ID)"
}

demo_deploy() {
  local deployment state tries=20
  api POST "/applications/$DEMO_ID/deployments" '{"title":"./slipway demo"}'
  [ "$STATUS" = 202 ] || refuse "the deployment was not accepted (HTTP $STATUS): $ANSWER"
  deployment=$(field id)
  say "deployment $deployment"
  follow_log "$deployment"
  while :; do
    api GET "/deployments/$deployment?wait=60"
    state=$(printf '%s' "$ANSWER" | tr '\n' ' ' | grep -oE '"status" ?: ?"(pending|building|deploying|success|failed|cancelled)"' | head -n 1 | sed -E 's/.*"([a-z]+)"$/\1/')
    case "$state" in
      success) return 0 ;;
      failed | cancelled) refuse "the deployment ended in '$state': $(field detail) $(field remedy)" ;;
    esac
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || refuse "the deployment has not ended after 20 minutes (state '${state:-unknown}', HTTP $STATUS); './slipway logs' shows the platform's log."
  done
}

# Prints the deployment's log as it is written, until its end mark.
follow_log() {
  local line
  curl -sS -N -m 1200 -K <(operator_key_header) -H 'accept: text/event-stream' \
    "http://127.0.0.1:$SLIPWAY_API_PORT/api/deployments/$1/logs" 2>/dev/null |
    while IFS= read -r line; do
      case "$line" in
        *'"end":true'*) break ;;
        data:*'"line":"'*) printf '  | %b\n' "$(printf '%s' "$line" | sed -E 's/.*"line":"((\\.|[^"\\])*)".*/\1/; s/\\"/"/g; s/\\u001b\[[0-9;]*m//g; s/%/%%/g')" >&2 ;;
      esac
    done
  return 0
}

# ---- the result -----------------------------------------------------------------------------------------------------

demo_show() {
  local url tries=100 body=
  api GET "/applications/$DEMO_ID"
  url=$(demo_url "$(field url)")
  until body=$(curl -sS -m 10 "$url" 2>&1) && [[ "$body" = *"$DEMO_TEXT"* ]]; do
    [ "$tries" -gt 0 ] || refuse "the sample was deployed, but $url does not answer with its text: $body"
    sleep 0.2
    tries=$((tries - 1))
  done
  say "the sample answers: $(printf '%s' "$body" | head -n 1)"
  say "'./slipway down' stops the platform and leaves the sample running; './slipway down --remove' removes everything"
  printf '%s\n' "$url"
}

# The application's own URL when its name resolves here; without a name server its .localhost name, which curl and
# browsers resolve by themselves.
demo_url() {
  local url=$1 host
  host=${url#*://} host=${host%%[:/]*}
  if [ -n "$host" ] && getent ahosts "$host" >/dev/null 2>&1; then
    printf '%s' "$url"
  else
    printf 'http://%s.localhost:%s/' "$DEMO_APP" "$SLIPWAY_HTTP_PORT"
  fi
}
