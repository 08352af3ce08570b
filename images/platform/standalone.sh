# shellcheck shell=bash
# The whole platform in one container: the ingress, then the platform with its embedded PostgreSQL. Two processes, because
# the applications' traffic must not notice what happens to the platform. Nothing is restarted here: when one of the two
# ends, the other is stopped and the container ends with its exit code, for the engine's restart policy to judge.

STANDALONE_INGRESS_PORT=9091
# a stop has to fit between 'docker stop' and its kill, whatever is in flight
INGRESS_GRACE=5

run_standalone() {
  # tasks are reached on the overlay, where nothing has to be published
  export SLIPWAY_TASK_ADDRESS=${SLIPWAY_TASK_ADDRESS:-overlay}
  [ -n "${SLIPWAY_DOCKER_HOST:-}" ] && export DOCKER_HOST="$SLIPWAY_DOCKER_HOST"
  require_engine
  require_swarm
  SLIPWAY_ATTACH=$(own_container) && export SLIPWAY_ATTACH
  join_networks
  trap 'stop_both; exit 0' TERM INT
  (SLIPWAY_INGRESS_PORT=$STANDALONE_INGRESS_PORT run_java ingress) &
  INGRESS_PID=$!
  run_java platform &
  PLATFORM_PID=$!
  wait -n "$INGRESS_PID" "$PLATFORM_PID"
  local ended=$?
  say "one of the two processes ended by itself (exit code $ended), so the container ends"
  stop_both
  exit "$((ended == 0 ? 1 : ended))"
}

# The platform first, since it still tells the ingress where traffic goes.
stop_both() {
  trap '' TERM INT
  kill -s TERM "$PLATFORM_PID" 2>/dev/null
  wait "$PLATFORM_PID"
  kill -s TERM "$INGRESS_PID" 2>/dev/null
  await_end "$INGRESS_PID" "$INGRESS_GRACE" || kill -s KILL "$INGRESS_PID" 2>/dev/null
  wait "$INGRESS_PID"
}

require_engine() {
  [ -n "$(timeout 20 docker version --format '{{.Server.Version}}' 2>/dev/null)" ] ||
    refuse "no Docker engine answers at ${DOCKER_HOST:-unix:///var/run/docker.sock}; mount its socket with -v /var/run/docker.sock:/var/run/docker.sock, or set SLIPWAY_DOCKER_HOST."
}

# The engine is the host's: an address seen from in here would be this container's, so the engine chooses its own.
require_swarm() {
  local state pool=${SLIPWAY_SWARM_POOL:-172.29.0.0/16}
  state=$(docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}' 2>/dev/null)
  case "$state" in
    "active true") return 0 ;;
    "active false") refuse "this engine is a worker of a Swarm; run slipway/standalone on one of the Swarm's managers." ;;
    "inactive "*) ;;
    *) refuse "this engine's Swarm is in the state '${state:-unknown}'; repair it, or leave it with 'docker swarm leave --force' if it is of no use." ;;
  esac
  say "making this engine a Swarm of one (networks from $pool; SLIPWAY_SWARM_POOL names others)"
  if [ -n "${SLIPWAY_SWARM_ADDRESS:-}" ]; then
    quietly docker swarm init --default-addr-pool "$pool" --advertise-addr "$SLIPWAY_SWARM_ADDRESS" && return 0
  else
    docker swarm init --default-addr-pool "$pool" >/dev/null 2>&1 && return 0
    # several addresses: loopback will do until a second host joins
    quietly docker swarm init --default-addr-pool "$pool" --advertise-addr 127.0.0.1 && return 0
  fi
  refuse "'docker swarm init' failed; run it on the host with the address other hosts reach it by, then start this container again."
}

# The engine mounts three small files of its own into every container, from a folder named after it.
own_container() {
  local id
  id=$(sed -nE 's#.*/containers/([0-9a-f]{64})/(hostname|hosts|resolv\.conf) .*#\1#p' /proc/self/mountinfo | head -n 1)
  [ -n "$id" ] || id=$(docker container inspect --format '{{.Id}}' "$(hostname)" 2>/dev/null)
  printf '%s' "$id"
  [ -n "$id" ]
}

# The applications of the container before this one run on: the networks they are on are joined before the ingress opens.
join_networks() {
  local id network
  [ -s "$SLIPWAY_DATA/installation-id" ] && [ -n "$SLIPWAY_ATTACH" ] || return 0
  id=$(cat "$SLIPWAY_DATA/installation-id")
  while read -r network; do
    docker network connect "$network" "$SLIPWAY_ATTACH" || say "network $network could not be joined yet; the platform tries again"
  done < <(docker network ls --format '{{.Name}}' --filter "label=dev.slipway.installation=$id" --filter driver=overlay)
}
