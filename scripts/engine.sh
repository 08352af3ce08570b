# shellcheck shell=bash
# The Docker engine: found, or installed from Debian packages and started, with Swarm active.
# Sourced by ./slipway after lib.sh. What the user has is kept: an engine that answers is never replaced.

ENGINE_LOG=${SLIPWAY_ENGINE_LOG:-/var/log/slipway-dockerd.log}

# ensure_engine : afterwards `docker` works, an engine answers and Swarm is active; refuses otherwise.
ensure_engine() {
  [ -n "${SLIPWAY_DOCKER_HOST:-}" ] && export DOCKER_HOST="$SLIPWAY_DOCKER_HOST"
  if ! engine_answers; then
    [ -n "${DOCKER_HOST:-}" ] && refuse "no Docker engine answers at $DOCKER_HOST; start it there, or unset SLIPWAY_DOCKER_HOST and DOCKER_HOST to use the local one."
    engine_exclusive engine_install_and_start
    engine_answers || engine_refused
  fi
  if [ -z "${SLIPWAY_DOCKER_HOST:-}" ]; then
    # the platform's JVM reads no Docker context: tell it where this client's engine listens
    SLIPWAY_DOCKER_HOST=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null)}
    export SLIPWAY_DOCKER_HOST="${SLIPWAY_DOCKER_HOST:-unix:///var/run/docker.sock}"
  fi
  ensure_swarm
}

engine_answers() {
  have docker && [ -n "$(timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null)" ]
}

engine_refused() {
  if [ "$(id -u)" != 0 ] && [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ]; then
    refuse "the Docker engine runs but its socket is closed to $(id -un); add yourself to the group docker (usermod -aG docker $(id -un)), sign in again, or run as root."
  fi
  [ -r "$ENGINE_LOG" ] && tail -n 15 "$ENGINE_LOG" >&2
  refuse "the Docker engine does not answer at /var/run/docker.sock; look into $ENGINE_LOG, or start an engine yourself and run this command again."
}

# Two front doors at once must not start two engines.
engine_exclusive() {
  local lock=/tmp/slipway-engine.lock
  (
    umask 0
    exec 9>>"$lock"
    flock -w 600 9 || exit 1
    umask 022
    "$@" 9>&-
  )
}

engine_install_and_start() {
  engine_answers && return 0
  if [ -S /var/run/docker.sock ] && [ "$(id -u)" != 0 ] && as_root docker version >/dev/null 2>&1; then
    return 1
  fi
  have dockerd || engine_install || return 1
  have docker || engine_install || return 1
  engine_start
}

engine_install() {
  case "$(debian_release)" in
    bookworm) engine_install_on_bookworm ;;
    trixie) apt_install docker.io docker-cli docker-buildx docker-compose ;;
    "") refuse "there is no Docker engine here and this is not Debian 12 or 13; install Docker Engine 24 or newer, start it, and run this command again." ;;
    *) apt_install docker.io || refuse "docker.io could not be installed from this system's packages; install Docker Engine 24 or newer, start it, and run this command again." ;;
  esac
}

# Debian 12 itself has only engine 20.10 without buildx and compose v2. Debian 13's five packages run on it
# as they are; everything else of Debian 13 is pinned away, so that libc and runc stay as they were.
engine_install_on_bookworm() {
  say "there is no Docker engine; installing Debian 13's (docker.io, docker-cli, buildx, compose, containerd) on this Debian 12"
  local stanza pins
  stanza=$(bookworm_stanza_for_trixie) || refuse "no Debian source was found below /etc/apt; install Docker Engine 24 or newer yourself."
  pins=$(
    cat <<'PINS'
# Made by ./slipway: from Debian 13 only the container engine, nothing else.
Package: *
Pin: release n=trixie
Pin-Priority: -10

Package: docker.io docker-cli docker-buildx docker-compose containerd
Pin: release n=trixie
Pin-Priority: 990
PINS
  )
  # The pins first: a trixie source without them would upgrade the whole system.
  printf '%s\n' "$pins" | as_root tee /etc/apt/preferences.d/slipway-docker >/dev/null
  printf '%s\n' "$stanza" | as_root tee /etc/apt/sources.list.d/slipway-docker.sources >/dev/null
  apt_update || return 1
  # only what is missing: a client that the user put into /usr/local/bin goes on being used
  apt_install containerd docker.io docker-buildx docker-compose || return 1
  have docker || apt_install docker-cli
}

# The machine's own mirror, read from whichever of the two source formats it uses.
bookworm_stanza_for_trixie() {
  local file line
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    grep -q '^Suites:.*bookworm' "$file" || continue
    awk -v RS= '/(^|\n)Suites:[^\n]*bookworm/ && !done { print; done = 1 }' "$file" |
      sed -e '/^#/d' -e 's/^Suites:.*/Suites: trixie/' -e 's/^Components:.*/Components: main/'
    return 0
  done
  line=$(grep -hE '^deb .* bookworm +([a-z-]+ +)*main' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1)
  [ -n "$line" ] || return 1
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\n' \
    "$(printf '%s\n' "$line" | sed -E 's/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/')"
  printf 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n'
}

engine_start() {
  engine_answers && return 0
  if [ -d /run/systemd/system ]; then
    say "starting the Docker engine (systemctl start docker)"
    as_root systemctl start docker
  elif ! engine_process_alive; then
    engine_start_directly
  fi
  engine_await 60
}

engine_process_alive() {
  local pid
  pid=$(cat /var/run/docker.pid 2>/dev/null) || return 1
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]
}

engine_start_directly() {
  say "starting the Docker engine directly, there is no systemd (log: $ENGINE_LOG)"
  local module path="$PATH"
  for module in overlay br_netfilter vxlan veth ip_tables; do as_root modprobe -q "$module" 2>/dev/null || true; done
  path="$(engine_iptables_first):$path"
  # a group that owns the socket, as the packages' own service would use
  as_root sh -c 'mkdir -p /var/log && touch "$1" && chmod 640 "$1"' sh "$ENGINE_LOG"
  # shellcheck disable=SC2016
  as_root env PATH="$path" setsid --fork sh -c \
    'ulimit -n 1048576 2>/dev/null; ulimit -c unlimited 2>/dev/null; exec dockerd >>"$1" 2>&1 </dev/null' sh "$ENGINE_LOG"
}

# Kernels without nf_tables exist: the engine then needs the older iptables. Prints a folder for the head of PATH.
engine_iptables_first() {
  if ! as_root iptables -t nat -S >/dev/null 2>&1 && as_root iptables-legacy -t nat -S >/dev/null 2>&1; then
    as_root sh -c 'mkdir -p /var/lib/slipway/bin
      for name in iptables ip6tables iptables-save ip6tables-save iptables-restore ip6tables-restore; do
        ln -sf "/usr/sbin/$(echo "$name" | sed "s/tables/tables-legacy/")" "/var/lib/slipway/bin/$name"
      done'
    say "this kernel has no nf_tables; the engine gets the older iptables"
    printf '/var/lib/slipway/bin'
  else
    printf '/usr/sbin'
  fi
}

engine_await() {
  local tries=$(($1 * 5))
  while [ "$tries" -gt 0 ]; do
    engine_answers && return 0
    # the engine may be up with its socket closed to this user
    [ "$(id -u)" != 0 ] && as_root docker version >/dev/null 2>&1 && return 1
    sleep 0.2
    tries=$((tries - 1))
  done
  return 1
}

ensure_swarm() {
  local state address pool=()
  state=$(docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}' 2>/dev/null)
  case "$state" in
    "active true") return 0 ;;
    "active false") refuse "this engine is a worker of a Swarm; run Slipway on one of the Swarm's managers." ;;
    "locked "*) refuse "this engine's Swarm is locked; run 'docker swarm unlock' first." ;;
    "inactive "* | "pending "*) ;;
    *) refuse "this engine's Swarm is in the state '${state:-unknown}'; repair it, or leave it with 'docker swarm leave --force' if it is of no use." ;;
  esac
  address=${SLIPWAY_SWARM_ADDRESS:-$(default_address)}
  # Swarm's own choice for overlay networks is 10.0.0.0/8, which would hide a host network living there
  if ip -4 route show 2>/dev/null | grep -qE '^10\.'; then pool=(--default-addr-pool 172.29.0.0/16); fi
  say "making this engine a Swarm of one (address $address)"
  quietly docker swarm init --advertise-addr "$address" "${pool[@]}" ||
    quietly docker swarm init --advertise-addr 127.0.0.1 "${pool[@]}" ||
    refuse "'docker swarm init' failed; see the lines above, run it by hand, then run this command again."
}

# The address that traffic to the outside leaves from; loopback on a machine without a default route.
default_address() {
  local address=
  if have ip; then
    address=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -nE 's/.* src ([0-9.]+).*/\1/p' | head -n 1)
  fi
  printf '%s' "${address:-127.0.0.1}"
}
